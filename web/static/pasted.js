// A reason's query as one text that Neo4j Browser takes and draws.

/** The query with its parameters written out.
 *
 * Pasted behind a `:params` line, Neo4j Browser refuses a query, or, behind a semicolon, does not
 * draw it. What JSON says of a text, quotes and backslashes too, is a text in Cypher.
 */
export function pasted({ text, parameters }) {
  return text.replace(/\$(\w+)/g, (_, name) => JSON.stringify(parameters[name]));
}
