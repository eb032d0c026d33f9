import { parseSecret } from '../../../service/secrets/parse';

const name = 'STRIPE_SECRET_KEY';

test.each([
  ['plain text', 'sk_test_1'],
  ['JSON', '{"key": "sk_test_1"}'],
  ['JSON with other keys, as the console adds them', '{"key": "sk_test_1", "note": "of May"}'],
  ['JSON in several lines', '{\n  "key": "sk_test_1"\n}'],
])('I5: %s is read without a remark', (_name, stored) => {
  expect(parseSecret(name, stored)).toEqual({ value: 'sk_test_1', remarks: [] });
});

test.each([
  ['a newline behind it', 'sk_test_1\n'],
  ['a Windows newline', 'sk_test_1\r\n'],
  ['spaces around it', '  sk_test_1\t'],
  ['a byte order mark', '\ufeffsk_test_1'],
  ['a no-break space', 'sk_test_1\u00a0'],
  ['spaces within the JSON', '{"key": " sk_test_1\\n"}'],
  ['a newline behind the JSON', '{"key": "sk_test_1"}\n'],
])('S21: %s is cut off and remarked on', (_name, stored) => {
  const { value, remarks } = parseSecret(name, stored);
  expect(value).toBe('sk_test_1');
  expect(remarks).toEqual([
    expect.stringMatching(/^STRIPE_SECRET_KEY was stored with white space/),
  ]);
});

test.each(['', '{"key": ""}', ' \n'])('nothing stored is an empty value: %p', (stored) => {
  expect(parseSecret(name, stored).value).toBe('');
});

test.each(['"sk_test_1"', '[1]', 'null', 'true', 'wh{sec', 'a b'])(
  'what does not begin like an object is plain text: %s',
  (stored) => {
    expect(parseSecret(name, stored).value).toBe(stored);
  },
);

test.each([
  '{sk_test_hidden}',
  '{"key": "sk_test_hidden"',
  '{"key": sk_test_hidden}',
  '{"key": "sk_test_hidden"} sk_test_hidden',
  '{"Key": "sk_test_hidden"}',
  '{"key": {"value": "sk_test_hidden"}}',
  '{"key": ["sk_test_hidden"]}',
  '{"key": null, "sk_test_hidden": 1}',
  '{"key": 5, "x": "sk_test_hidden"}',
  '{"__proto__": {"key": "sk_test_hidden"}, "key": 1}',
  '{}',
])('I4: %s is refused with the fix, and none of it is shown', (stored) => {
  try {
    parseSecret(name, stored);
    throw new Error('it was accepted');
  } catch (error) {
    const shown = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(shown).toMatch(/STRIPE_SECRET_KEY .*store the plain value or \{\\"key/);
    expect(shown).not.toContain('hidden');
    expect(error).not.toHaveProperty('cause');
  }
});
