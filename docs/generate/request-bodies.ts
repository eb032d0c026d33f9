/** The bodies that routes take, for docs/api.md: an example of each, then its members. */

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
}

interface Content {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface RequestBody {
  readonly content: Readonly<Record<string, Content>>;
}

export type NamedSchemas = Readonly<Record<string, Schema>>;

/** @returns nothing for a route whose body has no members */
export function bodySection(
  route: string,
  body: RequestBody | undefined,
  named: NamedSchemas,
  table: (heads: readonly string[], rows: readonly (readonly string[])[]) => string,
): readonly string[] {
  const content = body?.content['application/json'];
  const schema = resolved(content?.schema, named);
  if (content === undefined || Object.keys(schema.properties ?? {}).length === 0) return [];
  const examples = [content.example, ...Object.values(content.examples ?? {}).map((e) => e.value)];
  const shown = examples.filter((each) => each !== undefined).map((each) => JSON.stringify(each));
  if (shown.length === 0) throw new Error(`${route} has no example; give its schema one`);
  return [
    `### ${route} takes`,
    ...(schema.description === undefined ? [] : [schema.description]),
    ['```json', ...shown, '```'].join('\n'),
    table(['Member', '', 'What it is'], membersOf(schema, named, '')),
  ];
}

/** Each with those inside of it; what must be there is said to be. */
function membersOf(
  { properties = {}, required = [] }: Schema,
  named: NamedSchemas,
  before: string,
): readonly (readonly string[])[] {
  return Object.entries(properties).flatMap(([name, member]) => {
    const schema = resolved(member, named);
    const must = required.includes(name) ? ', required' : '';
    return [
      [`\`${before}${name}\``, `${kindOf(schema)}${must}`, schema.description ?? ''],
      ...membersOf(schema, named, `${before}${name}.`),
    ];
  });
}

function kindOf({ anyOf, enum: values, type = 'any' }: Schema): string {
  if (values !== undefined) return values.map((each) => `\`${each}\``).join(' or ');
  return anyOf === undefined ? type : anyOf.map(kindOf).join(' or ');
}

function resolved(schema: Schema | undefined, named: NamedSchemas): Schema {
  const name = schema?.$ref?.split('/').at(-1);
  return (name === undefined ? schema : named[name]) ?? {};
}
