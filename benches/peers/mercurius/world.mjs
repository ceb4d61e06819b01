// The record as it lies in memory: maps and objects that refer to each other.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

export async function read(file) {
  const actors = new Map();
  const sources = new Map();
  const cite = (citations) =>
    citations.map(({ source, locator }) => ({ locator, source: sources.get(source) }));
  const add = {
    actors: (actor) => actors.set(actor.slug, { ...actor, ties: [], told: [] }),
    sources: ({ key, ...source }) => sources.set(key, source),
    relationships: ({ from, to, areas, citations, ...rest }) => {
      const relationship = {
        ...rest,
        ...span(rest.period),
        from: actors.get(from),
        to: actors.get(to),
        areas: areas.map((area) => ({ ...area, citations: cite(area.citations) })),
        citations: cite(citations),
      };
      relationship.from.ties.push(relationship);
      relationship.to.ties.push(relationship);
    },
    notes: ({ actors: about, citations, ...rest }) => {
      const note = {
        ...rest,
        actors: about.map((slug) => actors.get(slug)),
        citations: cite(citations),
      };
      for (const actor of note.actors) actor.told.push(note);
    },
  };
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [section, record] = JSON.parse(line);
    add[section](record);
  }
  for (const actor of actors.values()) {
    // Newest first; of one day, the one that was entered last.
    actor.told.reverse();
    actor.told.sort((a, b) => (a.asOf < b.asOf ? 1 : a.asOf > b.asOf ? -1 : 0));
  }
  return actors;
}

// The first and the last day of a date such as 2024, 2024-12 or 2024-12-08, as numbers.
export function days(date) {
  const digits = Number(date.replaceAll("-", ""));
  if (date.length === 4) return [digits * 10_000 + 101, digits * 10_000 + 1231];
  if (date.length === 7) return [digits * 100 + 1, digits * 100 + 31];
  return [digits, digits];
}

function span({ start, end }) {
  const [possibleFrom, certainFrom] = start ? days(start) : [0, 0];
  const [certainUntil, possibleUntil] = end ? days(end) : [99999999, 99999999];
  return { possibleFrom, certainFrom, certainUntil, possibleUntil };
}
