/** Writes client/api.ts, the types of the client, from /openapi.json: npm run docs */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { readOpenApi } from './api';

/** Of openapi-typescript, which comes with the compiler that it needs: that of the client. */
interface Generator {
  default(document: object, options: object): Promise<unknown>;
  astToString(ast: unknown): string;
}

const heading = `/** Written by docs/generate/client.ts from /openapi.json; a test holds it to that. */

`;

/** The whole of client/api.ts. */
export async function clientTypes(project: string): Promise<string> {
  const { default: generate, astToString } = createRequire(join(project, 'client/package.json'))(
    'openapi-typescript',
  ) as Generator;
  const options = { rootTypes: true, rootTypesNoSchemaPrefix: true, immutable: true };
  return heading + astToString(await generate(await readOpenApi(), options));
}

export async function writeClient(project: string): Promise<void> {
  writeFileSync(join(project, 'client/api.ts'), await clientTypes(project));
}

if (require.main === module) void writeClient(resolve(__dirname, '../..'));
