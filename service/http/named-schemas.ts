/** Any part of a description. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

const nameForm = /^[A-Z][A-Za-z0-9]*$/;
/** What is ours to say and not to be looked into: an example may well have a member `title`. */
const literal = new Set(['examples', 'example', 'default', 'enum', 'const']);
/** What validators of ours need and readers of a description do not. */
const ownIdentity = new Set(['$id', '$schema']);

/**
 * Takes every schema with a title that is a name out of a description, and puts a reference in its
 * place: tools make a type of each. What a title names is one thing wherever it stands, but for the
 * words that describe its use.
 * @throws Error when two different schemas have one title
 */
export function nameSchemas(document: JsonObject): { document: JsonObject; schemas: JsonObject } {
  const schemas = new Map<string, JsonObject>();

  const visit = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const visited: JsonObject = Object.fromEntries(
      Object.entries(value as JsonObject)
        .filter(([name]) => !ownIdentity.has(name))
        .map(([name, member]) => [name, literal.has(name) ? member : visit(member)]),
    );
    const { title } = visited;
    if (typeof title !== 'string' || !nameForm.test(title)) return withType(visited);
    return name(title, withType(visited));
  };

  const name = (title: string, schema: JsonObject): JsonObject => {
    const known = schemas.get(title);
    const { description, ...shape } = schema;
    const { description: before, ...shapeBefore } = known ?? schema;
    if (JSON.stringify(shape) !== JSON.stringify(shapeBefore)) {
      throw new Error(`two different schemas are called ${title}; give one another title`);
    }
    schemas.set(title, before === description ? schema : shape);
    return { $ref: `#/components/schemas/${title}` };
  };

  const visited = visit(document) as JsonObject;
  const sorted = [...schemas].sort(([a], [b]) => (a < b ? -1 : 1));
  return { document: visited, schemas: Object.fromEntries(sorted) };
}

/** Tools ask for the type of an enumeration, although its values have it. */
function withType(schema: JsonObject): JsonObject {
  const { enum: values, type } = schema;
  if (!Array.isArray(values) || type !== undefined) return schema;
  return values.every((each) => typeof each === 'string') ? { type: 'string', ...schema } : schema;
}
