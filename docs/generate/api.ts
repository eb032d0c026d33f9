/**
 * Writes docs/api.md from the routes' own schemas and the table of problems. Run it after a change
 * of either: npm run docs
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { readConfig } from '../../service/config';
import { environmentVariables as names } from '../../service/contract';
import { problems } from '../../service/errors';
import { startService } from '../../service/start';
import { bodySection, type NamedSchemas, type RequestBody } from './request-bodies';

/** The parts of an OpenAPI document that the tables show. */
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: NamedSchemas };
}

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: RequestBody;
  readonly responses?: Readonly<Record<string, { readonly description?: string }>>;
}

/** What a service serves that has no database: its routes are the same. */
export async function readOpenApi(): Promise<OpenApi> {
  const service = await startService(
    readConfig({
      [names.port]: '0',
      [names.databaseUrl]: 'postgresql://127.0.0.1:9/none',
      [names.stripeWebhookSecret]: 'whsec_none',
      [names.jwtAccessTokenSecret]: 'x'.repeat(32),
    }),
    pino({ level: 'silent' }),
  );
  try {
    const answer = await fetch(`http://127.0.0.1:${service.port}/openapi.json`);
    return (await answer.json()) as OpenApi;
  } finally {
    await service.stop();
  }
}

/** What any route may be answered with, said once above the tables. */
const commonCodes = new Set([
  'malformed_json',
  'validation_failed',
  'body_too_large',
  'unsupported_media_type',
  'token_missing',
  'token_invalid',
  'token_expired',
  'token_keys_unavailable',
  'scope_missing',
  'rate_limited',
  'overloaded',
  'database_unavailable',
  'statement_timed_out',
]);

const introduction = `Every route, schema and error is in \`/openapi.json\` of a running service; this page lists them, and of each route that takes
a body an example of it.

- **Callers** send \`Authorization: Bearer\` with a JWT. Its \`sub\` is the user, who sees only their own. A token with the
  scope \`accounts:write\` may act for another user, named by the query parameter \`userId\`; the scope \`billing:admin\`
  opens \`/v1/admin\`.
- **Amounts** are integers of minor units of a currency (1000 is 10.00 USD, and 1000 JPY), or of \`credits\`.
- **Repeating a POST** is safe with the header \`Idempotency-Key\`: the same body is answered with the same answer and has
  one effect; another body is refused, and so is the repetition of a checkout whose session has expired unpaid
  (\`checkout_session_expired\`).
- **Errors** are [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problems: a stable \`code\`, what was seen, and the
  fix. They are listed below, and the \`requestId\` of each finds it in the log; every answer, whatever it is, has it in
  the header \`X-Request-Id\`, which pages of the allowed origins may read, as they may \`Retry-After\`. The tables name those of a route; any route may also answer with
  ${[...commonCodes].map((code) => `\`${code}\``).join(', ')}.`;

/** The whole of docs/api.md. */
export function apiDocument(openApi: OpenApi): string {
  const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'other'))];
  const sections = tags.map((tag) => {
    const ofTag = operations
      .filter(({ operation }) => (operation.tags?.[0] ?? 'other') === tag)
      .map(({ path, method, operation }) => ({
        route: `\`${method.toUpperCase()} ${path}\``,
        operation,
      }));
    const rows = ofTag.map(({ route, operation }) => [
      ...[route, operation.summary ?? '', codesOf(operation)],
    ]);
    const bodies = ofTag.flatMap(({ route, operation }) =>
      bodySection(route, operation.requestBody, openApi.components.schemas, table),
    );
    return [`## ${tag}`, table(['Route', 'What it does', 'Errors'], rows), ...bodies].join('\n\n');
  });
  const errors = Object.entries(problems).map(([code, { status, title, fix }]) => [
    ...[`\`${code}\``, String(status), title, fix],
  ]);
  return `${[
    '<!-- Written by docs/generate/api.ts; a test holds it to the code. -->',
    '# API',
    introduction,
    ...sections,
    '## Errors',
    table(['Code', 'Status', 'What it means', 'What to do'], errors),
  ].join('\n\n')}\n`;
}

/** The codes stand in the descriptions of the answers: `code: title; code: title`. */
function codesOf(operation: Operation): string {
  const codes = Object.entries(operation.responses ?? {})
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([, { description = '' }]) => [...description.matchAll(/(?:^|; )([a-z_]+):/g)])
    .map((match) => match[1] ?? '')
    .filter((code) => Object.hasOwn(problems, code) && !commonCodes.has(code));
  return [...new Set(codes)].map((code) => `\`${code}\``).join(', ');
}

const row = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');
}

/** Writes docs/api.md below a folder. */
export async function writeApi(folder: string): Promise<void> {
  mkdirSync(join(folder, 'docs'), { recursive: true });
  writeFileSync(join(folder, 'docs/api.md'), apiDocument(await readOpenApi()));
}

if (require.main === module) void writeApi(resolve(__dirname, '../..'));
