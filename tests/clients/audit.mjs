// The audits of graphql-http, by the working group of GraphQL over HTTP: node audit.mjs URL.
// A line for each: its id, ok or what the server did instead, and its name.
import { serverAudits } from "graphql-http";

const url = `${process.argv[2]}/graphql`;
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const result = await audit.fn();
  const told = result.status === "ok" ? "ok" : `${result.status}: ${result.reason}`;
  console.log(`${audit.id}\t${told}\t${audit.name}`);
}
