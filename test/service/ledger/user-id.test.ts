import { isUserId, userIdLengthMax } from '../../../service/ledger/user-id';

test.each([
  ['a word', 'alice'],
  ['spaces within', 'alice and bob'],
  ['a text after a line separator', '\u2028alice'],
  ['as many characters as are allowed', 'a'.repeat(userIdLengthMax)],
  ['as many astral characters, of two UTF-16 units each', '😀'.repeat(userIdLengthMax)],
])('S9: %s can be a user', (_name, value) => {
  expect(isUserId(value)).toBe(true);
});

test.each([
  ['nothing', ''],
  ['white space', ' \u3000'],
  ['one character too many', 'a'.repeat(userIdLengthMax + 1)],
  ['one astral character too many', '😀'.repeat(userIdLengthMax + 1)],
  ['a NUL', 'a\u0000b'],
  ['a line break', 'alice\n'],
  ['a control character beyond ASCII', 'a\u0085b'],
  ['the first half of a surrogate pair', 'a\ud83d'],
  ['the second half of a surrogate pair', '\ude00a'],
  ['a number', 1],
  ['a list', ['alice']],
  ['none', undefined],
])('S9: %s cannot be a user', (_name, value) => {
  expect(isUserId(value)).toBe(false);
});
