-- wrk -s load.lua URL FILE [TOKEN]: posts the lines of a file, one after the other, from the first.
-- Prints what wrk counted as one line of JSON behind an @.
local requests = {}
local at = 0

function init(args)
  local headers = { ["Content-Type"] = "application/json" }
  if args[2] then
    headers["Authorization"] = "Bearer " .. args[2]
  end
  for body in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format(
    '@{"requests":%d,"bytes":%d,"microseconds":%d,"failed":%d,"median":%d,"p99":%d,"max":%d}',
    summary.requests, summary.bytes, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
