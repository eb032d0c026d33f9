import { ShortMemory } from '../../../service/stripe/short-memory';

test('S27: what was answered is known for a while, and not of more than so many', () => {
  let now = 0;
  const memory = new ShortMemory<string>({
    lifeMillis: 100,
    entriesMax: 2,
    nowMillis: () => now,
  });
  memory.set('a', 'first');
  memory.set('b', 'second');
  memory.set('a', 'again');
  memory.set('c', 'third');
  expect(['a', 'b', 'c'].map((key) => memory.get(key))).toEqual(['again', undefined, 'third']);
  now = 99;
  expect(memory.get('a')).toBe('again');
  now = 100;
  expect(memory.get('a')).toBeUndefined();
});
