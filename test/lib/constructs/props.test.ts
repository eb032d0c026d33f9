import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../../../lib/constructs');
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

/** The members of the interfaces that a construct is given, each with the comment before it. */
const props = files.flatMap((file) => {
  const source = readFileSync(join(folder, file), 'utf8');
  const interfaces = source.matchAll(
    /^export interface (\w*(?:Props|Size|Configuration|Keeping|Placement))\b[^{]*\{\n(.*?)^\}/gms,
  );
  return [...interfaces].flatMap(([, name, body = '']) =>
    [...body.matchAll(/((?: {2}\/\*\*(?:(?!\*\/).)*\*\/\n)?) {2}(readonly )?(\w+)(\??):/gs)].map(
      ([, comment = '', isReadonly, member, optional]) =>
        [
          `${name}.${member}`,
          { comment, isReadonly: isReadonly !== undefined, isOptional: optional === '?' },
        ] as const,
    ),
  );
});

test('I19: the props of the constructs are found', () => {
  expect(props.length).toBeGreaterThan(120);
  expect(props.map(([name]) => name)).toEqual(
    expect.arrayContaining(['TollgateProps.catalogue', 'TaskSize.memoryMiB', 'HttpsEdgeProps.vpc']),
  );
});

test.each(props)('I19: %s says what it is, and what holds without it', (_, prop) => {
  expect(prop.isReadonly).toBe(true);
  expect(prop.comment).toMatch(/\/\*\*\s+(\* )?\S/);
  expect(/@default \S/.test(prop.comment)).toBe(prop.isOptional);
});
