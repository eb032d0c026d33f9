/** What /openapi.json says of a route, as far as tests that go over all of them need it. */
export interface DescribedRoute {
  readonly method: 'GET' | 'POST';
  /** With its parameters in braces. */
  readonly path: string;
  /** With something of the right form for each. */
  readonly filledPath: string;
  /** Of the query. */
  readonly parameters: readonly string[];
  /** Those of the body; undefined when the route takes none. */
  readonly members: readonly string[] | undefined;
  /** A body that the route takes, if it takes one. */
  readonly exampleBody: Readonly<Record<string, unknown>> | undefined;
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
}

const uuid = '00000000-0000-4000-8000-000000000000';
const fillings: Readonly<Record<string, string>> = { position: '1', runId: uuid, userId: 'bob' };

/** Bodies that pass their schemas, by the last step of the path. */
const bodies: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  spend: { unit: 'usd', amountMinor: 1, reason: 'test' },
  holds: { unit: 'usd', amountMinor: 1, reason: 'test' },
  sessions: { topup: { amountMinor: 1_000, currency: 'usd' } },
  reconciliations: { kind: 'events' },
};

/** Every route of a running service, as its own description has them, and that description's own. */
export async function describedRoutes(url: string): Promise<DescribedRoute[]> {
  const answer = await fetch(`${url}/openapi.json`);
  const { paths, components } = (await answer.json()) as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema> };
  };
  const resolve = (schema: Schema | undefined): Schema | undefined =>
    schema?.$ref === undefined ? schema : components.schemas[schema.$ref.split('/').at(-1) ?? ''];
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const body = resolve(operation.requestBody?.content['application/json']?.schema);
      return describe(path, method, operation, body);
    }),
  );
  return [...described, describe('/openapi.json', 'get', {}, undefined)];
}

function describe(
  path: string,
  method: string,
  operation: Operation,
  content: Schema | undefined,
): DescribedRoute {
  const members = content === undefined ? undefined : Object.keys(content.properties ?? {});
  const isHold = path.includes('/holds/');
  return {
    method: method === 'post' ? 'POST' : 'GET',
    path,
    filledPath: path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      isHold ? uuid : (fillings[name] ?? 'cs_1'),
    ),
    parameters: (operation.parameters ?? [])
      .filter((each) => each.in === 'query')
      .map(({ name }) => name),
    members,
    exampleBody: members === undefined ? undefined : bodyOf(path),
  };
}

function bodyOf(path: string): Readonly<Record<string, unknown>> {
  if (path === '/v1/portal/sessions') return {};
  return bodies[path.split('/').at(-1) ?? ''] ?? {};
}
