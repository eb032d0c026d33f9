import { decodeForm, type FormValue } from '../parameters/form-encoding';

/** Maps as plain objects, to be compared. */
function plain(value: FormValue): unknown {
  if (typeof value === 'string') return value;
  return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
}
const decoded = (text: string) => plain(decodeForm(text));

test.each<[string, string, object]>([
  ['plain fields', 'a=1&b=two+words&c=%26', { a: '1', b: 'two words', c: '&' }],
  ['nested fields', 'metadata[a]=1&metadata[b]=2', { metadata: { a: '1', b: '2' } }],
  ['indexed lists', 'l[0][p]=x&l[1][p]=y', { l: { 0: { p: 'x' }, 1: { p: 'y' } } }],
  ['appended lists', 'expand[]=a&expand[]=b', { expand: { 0: 'a', 1: 'b' } }],
  [
    'appended objects, as curl examples write them',
    'l[][p]=x&l[][q]=1&l[][p]=y',
    { l: { 0: { p: 'x', q: '1' }, 1: { p: 'y' } } },
  ],
  ['deep fields', 'a[0][b][c][d]=1', { a: { 0: { b: { c: { d: '1' } } } } }],
  ['keys that are not well-formed, as they are', 'a[b=1&]c=2', { 'a[b': '1', ']c': '2' }],
  ['nothing', '', {}],
])('L2: %s are read', (_what, text, expected) => {
  expect(decoded(text)).toEqual(expected);
});

test('L2: nesting has an end', () => {
  const deep = `a${'[b]'.repeat(5000)}`;
  expect(decoded(`${deep}=1`)).toEqual({ [deep]: '1' });
});
