// HTTP/2 without TLS, with prior knowledge: node http2.mjs URL.
import http2 from "node:http2";

const session = http2.connect(process.argv[2]);
session.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
const ask = (number) =>
  new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/graphql",
      "content-type": "application/json",
    });
    let text = "";
    let status = 0;
    stream.on("response", (headers) => (status = headers[":status"]));
    stream.setEncoding("utf8");
    stream.on("data", (part) => (text += part));
    stream.on("end", () => resolve(`${status} ${text}`));
    stream.on("error", reject);
    stream.end(JSON.stringify({ query: `query Q${number} { latestRevision }` }));
  });
// All at once, over the one connection.
const answers = await Promise.all(Array.from({ length: 50 }, (_, number) => ask(number)));
session.close();
console.log(`${new Set(answers).size} different of ${answers.length}: ${answers[0]}`);
