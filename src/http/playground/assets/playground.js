"use strict";

const table = `
fragment Table on ActorRelationshipConnection {
  totalCount
  edges {
    counterpart { name kind }
    node {
      label
      kind
      alignment
      period { start end status }
      areas { domain description }
      citations { source { title publisher } }
    }
  }
}`;

const examples = [
  {
    query: `# What countries are allies with Iran? One request with all that a page would show:
# the brief, both viewpoints, the latest notes, and the allies in three tiers.
query Allies {
  brief(slug: "iran-allies") {
    question
    summary
    viewpoints { title thesis }
    notes(first: 5) { nodes { asOf headline } }
    disclaimer
  }
  actor(slug: "iran") {
    name
    core: allies(tier: [CORE], first: 50) { ...Table }
    majorPowers: allies(tier: [MAJOR_POWER], first: 50) { ...Table }
    varying: allies(tier: [VARYING], first: 50) { ...Table }
  }
}
${table}`,
  },
  {
    query: `# Two actors and all that is between them. These two are partners and rivals at once,
# and viewpoints differ on which of it weighs more.
query Dyad {
  dyad(a: "turkey", b: "iran") {
    alignments
    contested
    relationships {
      nodes {
        kind
        label
        alignment
        tier
        period { start end status }
        positions { viewpoint { title } stance argument }
      }
    }
  }
}
`,
  },
  {
    query: `# As a front end would page: five at a time, newest first, with counts for its filters.
# For the next page put endCursor into the variables as "after".
query Page($after: String) {
  actor(slug: "iran") {
    relationships(
      first: 5
      after: $after
      filter: { period: ALL, domain: [WEAPONS, FUNDING] }
      orderBy: [{ field: START, direction: DESC }]
    ) {
      totalCount
      facets { kind { value count } domain { value count } }
      pageInfo { hasNextPage endCursor }
      edges {
        role
        counterpart { slug name }
        node { label period { start end } }
      }
    }
  }
}
`,
    variables: JSON.stringify({ after: null }, null, 2),
  },
  {
    query: `# Anything by its words: a question, a name in any spelling or script, the beginning of a word,
# "a phrase". Change the variable and run it again.
query Search($query: String!) {
  search(query: $query, first: 10) {
    nodes {
      score
      record {
        __typename
        ... on Actor { name slug }
        ... on Brief { question }
        ... on Relationship { label from { name } to { name } }
        ... on ContextNote { headline asOf }
        ... on Source { title }
        ... on Viewpoint { title }
      }
      highlights { field pieces { text matches } }
    }
  }
}
`,
    variables: JSON.stringify({ query: "what countries are allies with iran" }, null, 2),
  },
  {
    query: `# Who was a core ally and is none any more, until when, and what the notes say of it.
query Gone {
  actor(slug: "iran") {
    relationships(filter: { period: PAST, tier: [CORE] }) {
      edges {
        counterpart { name }
        node {
          label
          period { start end status }
          notes(first: 3) { nodes { asOf headline } }
        }
      }
    }
  }
}
`,
  },
  {
    query: `# A news update: a note and what it changes, all in one revision or nothing. The news is invented.
# It needs the token that the server printed at its first start: put it into the Headers below.
# With dryRun nothing is written; you see what would change.
mutation Update($input: RecordUpdateInput!) {
  recordUpdate(input: $input) {
    note { id headline relationships { label } }
    revision { number }
    changes { kind record { __typename id } fields { path after } }
    userErrors { code message path }
  }
}
`,
    variables: JSON.stringify(
      {
        input: {
          dryRun: true,
          message: "An example from the playground",
          note: {
            headline: "A new round of talks begins in Muscat",
            body: "This is an invented example.",
            asOf: "2026-02",
            actors: ["iran", "oman"],
            relationships: ["#round"],
            citations: [{ source: "#report" }],
          },
          changes: [
            { createSource: { ref: "report", title: "An invented report", publisher: "Example", kind: "NEWS", reliability: "F" } },
            {
              createRelationship: {
                ref: "round",
                from: "oman",
                to: "iran",
                kind: "MEDIATION",
                alignment: "PARTNER",
                label: "host of a new round of talks",
                period: { start: "2026-02" },
                citations: [{ source: "#report" }],
              },
            },
          ],
        },
      },
      null,
      2,
    ),
    headers: JSON.stringify({ Authorization: "Bearer PASTE-THE-TOKEN-HERE" }, null, 2),
  },
  {
    query: `# Follow the record: this tells every revision that is there, and then each new one as it is made.
# It runs until you press the button again. Record the news of the tab before this one, without
# dryRun, and see it come. In a page of your own, go on with the last number that you saw.
subscription Follow {
  changes(after: 0) {
    number
    committedAt
    author
    message
    changes(first: 5) { totalCount nodes { kind record { __typename id } fields { path } } }
  }
}
`,
  },
  {
    query: `# Follow a list: what enters it, what changes in it, what leaves it, by a revision or because a
# period begins or ends today. Read the list and latestRevision first, then go on from there.
subscription Watch {
  relationshipEvents(actor: "iran", filter: { tier: [CORE] }, after: 0) {
    kind
    validOn
    cursor
    revision { number message }
    relationship { label from { name } to { name } period { start end status } }
  }
}
`,
  },
];

// A subscription comes as Server-Sent Events; see the guide for front-end developers.
function follow(request, headers) {
  const stop = new AbortController();
  async function read(sink) {
    const response = await fetch("/graphql/stream", {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify(request),
      signal: stop.signal,
    });
    if (!response.ok) {
      sink.next(await response.json());
      return;
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error("the stream has ended; run it again");
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        const lines = event.split("\n");
        if (lines.includes("event: complete")) return;
        const data = lines.find((line) => line.startsWith("data: "));
        if (data) sink.next(JSON.parse(data.slice("data: ".length)));
      }
    }
  }
  return {
    subscribe(sink) {
      read(sink).then(
        () => sink.complete(),
        (error) => stop.signal.aborted || sink.error(error),
      );
      return { unsubscribe: () => stop.abort() };
    },
  };
}

const isSubscription = (request, options) =>
  ((options && options.documentAST && options.documentAST.definitions) || []).some(
    (definition) =>
      definition.operation === "subscription" &&
      (!request.operationName || (definition.name && definition.name.value === request.operationName)),
  );

async function fetcher(request, options) {
  if (isSubscription(request, options)) return follow(request, options.headers);
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      ...(options && options.headers),
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json",
    },
    body: JSON.stringify(request),
  });
  return response.json();
}

// A link such as /playground?query=…&variables=… opens with that query.
const asked = new URLSearchParams(window.location.search);
const linked = asked.get("query") ? { query: asked.get("query"), variables: asked.get("variables") || "" } : {};

ReactDOM.createRoot(document.getElementById("playground")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: examples,
    defaultEditorToolsVisibility: true,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    plugins: [GraphiQLPluginExplorer.explorerPlugin()],
    ...linked,
  }),
);
