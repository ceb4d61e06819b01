// Mercurius over maps in memory: `server.mjs PORT FILE`.
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import mercurius from "mercurius";
import { days, read } from "./world.mjs";

const [port, file] = process.argv.slice(2);
const actors = await read(file);
const schema = readFileSync(new URL("schema.graphql", import.meta.url), "utf8");

// The words of each facet in the order of the schema.
const words = (name) => schema.match(new RegExp(`enum ${name} { (.*) }`))[1].split(" ");
const FACETS = Object.entries({
  kind: "RelationshipKind",
  alignment: "Alignment",
  tier: "Tier",
  formality: "Formality",
  domain: "CooperationDomain",
}).map(([facet, name]) => [facet, words(name)]);

const find = (_, { slug }) => actors.get(slug);

const resolvers = {
  Query: {
    actor: find,
    // One moment a request: what hangs below finds it in the context.
    at: (_, { validOn }, context) => {
      context.day = days(validOn)[0];
      return {};
    },
  },
  Snapshot: { actor: find },
  Actor: {
    relationships: (actor, { filter, first }, { day }) => ({
      actor,
      first: Math.min(first, 100),
      holds: ({ possibleFrom, possibleUntil, alignment }) =>
        possibleFrom <= day &&
        day <= possibleUntil &&
        (!filter?.alignment || filter.alignment.includes(alignment)),
    }),
    notes: ({ told }, { first }) => ({
      totalCount: told.length,
      nodes: told.slice(0, Math.min(first, 100)),
    }),
  },
  ActorRelationshipConnection: {
    totalCount: ({ actor, holds }) => {
      let count = 0;
      for (const tie of actor.ties) if (holds(tie)) count += 1;
      return count;
    },
    edges: ({ actor, first, holds }) => {
      const edges = [];
      for (const node of actor.ties) {
        if (edges.length === first) break;
        if (!holds(node)) continue;
        const from = node.from === actor;
        const [role, counterpart] = from ? ["FROM", node.to] : ["TO", node.from];
        edges.push({ role, counterpart, node });
      }
      return edges;
    },
    facets: ({ actor, holds }) => {
      const counts = Object.fromEntries(FACETS.map(([facet]) => [facet, {}]));
      const add = (facet, word) => {
        counts[facet][word] = (counts[facet][word] ?? 0) + 1;
      };
      for (const tie of actor.ties) {
        if (!holds(tie)) continue;
        add("kind", tie.kind);
        add("alignment", tie.alignment);
        if (tie.tier) add("tier", tie.tier);
        add("formality", tie.formality);
        tie.areas.forEach(({ domain }, at) => {
          if (tie.areas.findIndex((area) => area.domain === domain) === at) add("domain", domain);
        });
      }
      const told = ([facet, words]) => [
        facet,
        words
          .filter((word) => counts[facet][word])
          .map((value) => ({ value, count: counts[facet][value] })),
      ];
      return Object.fromEntries(FACETS.map(told));
    },
  },
  Relationship: {
    validity: ({ possibleFrom, certainFrom, certainUntil, possibleUntil }, _, { day }) => {
      if (certainFrom <= day && day <= certainUntil) return "CERTAIN";
      return possibleFrom <= day && day <= possibleUntil ? "POSSIBLE" : "NO";
    },
  },
};

const today = () => days(new Date().toISOString().slice(0, 10))[0];
const app = Fastify();
app.register(mercurius, { schema, resolvers, jit: 1, context: () => ({ day: today() }) });
await app.listen({ host: "127.0.0.1", port: Number(port) });
