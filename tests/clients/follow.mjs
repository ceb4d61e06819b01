// Follows a record with graphql-ws and graphql-sse: connects, subscribes, has the connection broken
// under it, and goes on with the last number that it saw. A revision that comes twice, is missing or is
// out of order is a fault.
//
//   npm install            (in this folder, once)
//   node follow.mjs http://127.0.0.1:8080 TOKEN
//
// Exits with 1 and says why where something is wrong.
import assert from "node:assert/strict";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import WebSocket from "ws";

const [base, token] = process.argv.slice(2);
const authorization = `Bearer ${token}`;
const subscription = "subscription ($after: Int) { changes(after: $after) { number author } }";
const mutation =
  "mutation ($name: String!) { createActor(input: { name: $name, kind: STATE }) { revision { number } } }";

/** Each client with a way to break its connection off. */
const clients = {
  "graphql-ws"() {
    let socket;
    const client = createWsClient({
      url: `${base.replace("http", "ws")}/graphql/ws`,
      webSocketImpl: WebSocket,
      connectionParams: { Authorization: authorization },
      lazy: true,
      retryAttempts: 5,
      retryWait: async () => {},
      shouldRetry: () => true,
      on: { connected: (connected) => (socket = connected) },
    });
    return { client, breakOff: () => socket.terminate() };
  },
  "graphql-sse"() {
    const open = new Set();
    const client = createSseClient({
      url: `${base}/graphql/stream`,
      headers: { authorization },
      retryAttempts: 5,
      retry: async () => {},
      fetchFn(address, init) {
        const line = new AbortController();
        open.add(line);
        return fetch(address, { ...init, signal: AbortSignal.any([init.signal, line.signal]) });
      },
    });
    return { client, breakOff: () => open.forEach((line) => line.abort(new Error("broken off"))) };
  },
};

/** The one result of a query or a mutation. */
const once = (client, request) =>
  new Promise((resolve, reject) => {
    let result;
    client.subscribe(request, {
      next: (next) => (result = next),
      error: reject,
      complete: () => resolve(result),
    });
  });

const write = async (client, name) => {
  const { data } = await once(client, { query: mutation, variables: { name } });
  return data.createActor.revision.number;
};

async function follow(name) {
  const { client, breakOff } = clients[name]();
  const { data } = await once(client, { query: "{ latestRevision }" });
  const first = data.latestRevision;
  const last = first + 20;
  let breaks = 0;
  // The clients send the same request again when they come back; its variables say from where on.
  const request = { query: subscription, variables: { after: first } };
  const seen = [];
  const followed = new Promise((resolve, reject) => {
    const stop = client.subscribe(request, {
      next({ data, errors }) {
        if (errors) return reject(new Error(JSON.stringify(errors)));
        const { number, author } = data.changes;
        assert.equal(author, "admin");
        seen.push(number);
        request.variables.after = number;
        if (number === last) {
          stop();
          resolve();
        } else if (number === first + 7 || number === first + 14) {
          breaks += 1;
          breakOff();
        }
      },
      error: reject,
      complete: () => reject(new Error(`${name}: completed after ${seen.length} revisions`)),
    });
  });
  for (let n = 1; n <= 20; n += 1) {
    // By plain HTTP, so that a broken connection takes no write with it.
    const response = await fetch(`${base}/graphql`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ query: mutation, variables: { name: `${name} ${n}` } }),
    });
    const { data } = await response.json();
    assert.equal(data.createActor.revision.number, first + n);
  }
  await followed;
  assert.deepEqual(seen, Array.from({ length: 20 }, (_, n) => first + n + 1));
  assert.equal(breaks, 2);

  assert.equal(await write(client, `${name} writes`), last + 1);
  const refused = await once(client, { query: "subscription { nothing }" }).catch((error) => ({
    errors: error,
  }));
  assert.equal(refused.errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
  client.dispose();
  console.log(`${name}: ${seen.length} revisions, each once, over ${breaks + 1} connections`);
}

const tooLong = setTimeout(() => {
  console.error("nothing came for 30 s");
  process.exit(1);
}, 30_000);
try {
  for (const name of Object.keys(clients)) await follow(name);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
clearTimeout(tooLong);
