// What the server tells of its schema, read by graphql-js, beside the schema that is published:
// node introspection.mjs URL FILE.
import { readFileSync } from "node:fs";
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from "graphql";

const [url, file] = process.argv.slice(2);
const query = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
});
const response = await fetch(`${url}/graphql`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ query }),
});
const { data, errors } = await response.json();
if (errors) throw new Error(JSON.stringify(errors));

const lines = (schema) => printSchema(lexicographicSortSchema(schema)).split("\n");
const told = lines(buildClientSchema(data));
const published = lines(buildSchema(readFileSync(file, "utf8")));
const length = Math.max(told.length, published.length);
for (let place = 0; place < length; place += 1) {
  if (told[place] !== published[place]) {
    throw new Error(`line ${place}: ${told[place]}, and published is ${published[place]}`);
  }
}
const oneOf = told.filter((line) => line.endsWith("@oneOf {"));
console.log(`${length} lines, ${oneOf.length} inputs with one field`);
