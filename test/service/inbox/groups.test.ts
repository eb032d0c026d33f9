import fc from 'fast-check';
import { type GroupLimits, Groups } from '../../../service/inbox/groups';

interface Item {
  readonly name: string;
  readonly keys: readonly string[];
  readonly bytes?: number;
}

const wide: GroupLimits = { groupSize: 64, inFlight: 2, waiting: 1_000, bytes: 1_000 };
const item = (name: string, ...keys: string[]): Item => ({ name, keys });
const done = (items: readonly Item[]): PromiseSettledResult<string>[] =>
  items.map(({ name }) => ({ status: 'fulfilled', value: `${name} done` }));
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Groups whose work ends when the test says so. */
function gatedGroups(limits: GroupLimits = wide) {
  const underWay: { names: string[]; end: (error?: Error) => Promise<void> }[] = [];
  const groups = new Groups<Item, string>(
    limits,
    ({ keys }) => keys,
    (items) =>
      new Promise((resolve, reject) => {
        underWay.push({
          names: items.map(({ name }) => name),
          end: async (error) => {
            if (error === undefined) resolve(done(items));
            else reject(error);
            await settled();
          },
        });
      }),
    ({ bytes = 0 }) => bytes,
  );
  const addBytes = (name: string, bytes: number) => groups.add({ name, keys: [name], bytes });
  const add = (name: string, ...keys: string[]) => {
    const result = groups.add(item(name, ...keys));
    result.catch(() => undefined); // looked at later
    return result;
  };
  return { add, addBytes, underWay, begun: () => underWay.map(({ names }) => names) };
}

test('nothing waits for company: the first item is begun at once, alone', () => {
  const { add, begun } = gatedGroups();
  void add('a', 'k1');
  expect(begun()).toEqual([['a']]);
});

test('what comes in while the places are taken is done together, in its order', async () => {
  const { add, begun, underWay } = gatedGroups({ ...wide, inFlight: 1 });
  const results = ['a', 'b', 'c', 'd'].map((name) => add(name, name));
  await underWay[0]?.end();
  expect(begun()).toEqual([['a'], ['b', 'c', 'd']]);
  await underWay[1]?.end();
  expect(await Promise.all(results)).toEqual(['a done', 'b done', 'c done', 'd done']);
});

test('a group has no more members than allowed, and no more groups are under way', async () => {
  const { add, begun, underWay } = gatedGroups({ ...wide, groupSize: 2 });
  for (const name of 'abcdefg') void add(name, name);
  expect(begun()).toEqual([['a'], ['b']]);
  await underWay[0]?.end();
  expect(begun()).toEqual([['a'], ['b'], ['c', 'd']]);
  await underWay[1]?.end();
  expect(begun()).toEqual([['a'], ['b'], ['c', 'd'], ['e', 'f']]);
});

test('S14: two items that share a key are never under way together, neither in one group', async () => {
  const { add, begun, underWay } = gatedGroups();
  void add('a', 'x', 'y');
  void add('b', 'y', 'z');
  void add('c', 'other');
  expect(begun()).toEqual([['a'], ['c']]);
  void add('d', 'z');
  void add('e', 'z');
  await underWay[1]?.end();
  await underWay[0]?.end();
  expect(begun()).toEqual([['a'], ['c'], ['b']]);
  await underWay[2]?.end();
  await underWay[3]?.end();
  expect(begun()).toEqual([['a'], ['c'], ['b'], ['d'], ['e']]);
});

test('an item that waits for one of its keys is not overtaken on the others', async () => {
  const { add, begun, underWay } = gatedGroups();
  void add('a', 'x');
  void add('b', 'x', 'y');
  void add('c', 'y'); // free by itself, but before it b would wait for as long as such ones come
  expect(begun()).toEqual([['a']]);
  await underWay[0]?.end();
  expect(begun()).toEqual([['a'], ['b']]);
});

test('an item that names a key twice does not wait for itself', () => {
  const { add, begun } = gatedGroups();
  void add('a', 'x', 'x');
  expect(begun()).toEqual([['a']]);
});

test('more than may wait is refused as overloaded, and taken again when there is room', async () => {
  const { add, underWay } = gatedGroups({ ...wide, groupSize: 2, inFlight: 1, waiting: 2 });
  const taken = [add('a', 'a'), add('b', 'b'), add('c', 'c')];
  const full = expect.objectContaining({ name: 'Problem', code: 'overloaded', status: 503 });
  expect(() => add('d', 'd')).toThrow(full);
  await underWay[0]?.end();
  taken.push(add('d', 'd'));
  await underWay[1]?.end();
  await underWay[2]?.end();
  expect(await Promise.all(taken)).toEqual(['a done', 'b done', 'c done', 'd done']);
});

test('S1: more bytes than may wait are refused as overloaded, and taken when there is room', async () => {
  const { addBytes, underWay } = gatedGroups({ ...wide, inFlight: 1, bytes: 100 });
  const full = expect.objectContaining({ name: 'Problem', code: 'overloaded', status: 503 });
  const taken = [addBytes('a', 60), addBytes('b', 40)];
  expect(() => addBytes('c', 1)).toThrow(full); // what is under way counts too
  await underWay[0]?.end();
  taken.push(addBytes('c', 60));
  expect(() => addBytes('d', 1)).toThrow(full);
  await underWay[1]?.end();
  await underWay[2]?.end();
  expect(await Promise.all(taken)).toEqual(['a done', 'b done', 'c done']);
  // One that is larger than all of the room is taken when it comes alone.
  const large = addBytes('e', 101);
  await underWay[3]?.end();
  expect(await large).toBe('e done');
});

test('a group that fails rejects those who wait with it, and nobody who comes later', async () => {
  const { add, underWay } = gatedGroups({ ...wide, inFlight: 1 });
  const first = add('a', 'a');
  const second = [add('b', 'b'), add('c', 'c')];
  const failure = new Error('the database is away');
  await underWay[0]?.end();
  const waiting = add('w', 'b');
  await underWay[1]?.end(failure);
  const third = add('d', 'b'); // its key is free again
  await underWay[2]?.end();
  expect(await Promise.allSettled([first, ...second, waiting, third])).toEqual([
    { status: 'fulfilled', value: 'a done' },
    { status: 'rejected', reason: failure },
    { status: 'rejected', reason: failure },
    { status: 'rejected', reason: failure },
    { status: 'fulfilled', value: 'd done' },
  ]);
});

test('a member that fails alone does not take its group with it', async () => {
  const reason = new Error('poisoned');
  const groups = new Groups<Item, string>(
    { ...wide, inFlight: 1 },
    ({ keys }) => keys,
    async (items) =>
      done(items).map((result, index) =>
        items[index]?.name === 'b' ? { status: 'rejected', reason } : result,
      ),
    () => 0,
  );
  const results = ['a', 'b', 'c'].map((name) => groups.add(item(name, name)));
  expect((await Promise.allSettled(results)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
});

test('work that throws before it returns a promise rejects its group and frees its place', async () => {
  let calls = 0;
  const groups = new Groups<Item, string>(
    { ...wide, inFlight: 1 },
    ({ keys }) => keys,
    (items) => {
      calls += 1;
      if (calls === 1) throw new Error('a bug');
      return Promise.resolve(done(items));
    },
    () => 0,
  );
  await expect(groups.add(item('a', 'x'))).rejects.toThrow('a bug');
  await expect(groups.add(item('b', 'x'))).resolves.toBe('b done');
});

test('S14: under random loads, delays and failures every promise above holds at once', async () => {
  const items = fc.array(
    fc.record({
      keys: fc.uniqueArray(fc.constantFrom('u', 'v', 'w', 'x', 'y', 'z'), {
        minLength: 1,
        maxLength: 3,
      }),
      ticksBefore: fc.nat({ max: 3 }),
      poisoned: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  const limits = fc.record({
    groupSize: fc.integer({ min: 1, max: 5 }),
    inFlight: fc.integer({ min: 1, max: 4 }),
    waiting: fc.constant(1_000),
    bytes: fc.constant(1_000),
  });

  await fc.assert(
    fc.asyncProperty(
      items,
      limits,
      fc.infiniteStream(fc.nat({ max: 4 })),
      async (plan, limit, ticks) => {
        const busy = new Set<string>();
        const begunByKey = new Map<string, number[]>();
        const groupOf = new Map<number, readonly number[]>();
        let groupsUnderWay = 0;

        const groups = new Groups<number, number>(
          limit,
          (index) => plan[index]?.keys ?? [],
          async (group) => {
            groupsUnderWay += 1;
            expect(groupsUnderWay).toBeLessThanOrEqual(limit.inFlight);
            expect(group.length).toBeGreaterThan(0);
            expect(group.length).toBeLessThanOrEqual(limit.groupSize);
            for (const index of group) {
              groupOf.set(index, group);
              for (const key of plan[index]?.keys ?? []) {
                expect(busy).not.toContain(key);
                busy.add(key);
                begunByKey.set(key, [...(begunByKey.get(key) ?? []), index]);
              }
            }
            for (let left = ticks.next().value ?? 0; left > 0; left -= 1) await settled();
            for (const index of group) for (const key of plan[index]?.keys ?? []) busy.delete(key);
            groupsUnderWay -= 1;
            if (group.some((index) => plan[index]?.poisoned)) throw new Error(`group ${group}`);
            return group.map((value) => ({ status: 'fulfilled', value }));
          },
          (index) =>
            index < plan.length ? Math.floor(limit.bytes / plan.length) : limit.bytes / 2,
        );

        const outcomes: Promise<PromiseSettledResult<number>[]>[] = [];
        for (const [index, { ticksBefore }] of plan.entries()) {
          for (let left = ticksBefore; left > 0; left -= 1) await settled();
          outcomes.push(Promise.allSettled([groups.add(index)]));
        }
        for (const [index, outcome] of (await Promise.all(outcomes)).flat().entries()) {
          const group = groupOf.get(index);
          const failed = group?.some((member) => plan[member]?.poisoned) ?? true;
          expect(outcome).toMatchObject(
            failed
              ? {
                  status: 'rejected',
                  reason: { message: expect.stringContaining(`group ${group ?? ''}`) },
                }
              : { status: 'fulfilled', value: index },
          );
        }
        for (const order of begunByKey.values()) {
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
        const bothHalves = [groups.add(plan.length), groups.add(plan.length + 1)];
        expect(await Promise.all(bothHalves)).toHaveLength(2); // all bytes are free again
        expect({ groupsUnderWay, busy: busy.size }).toEqual({ groupsUnderWay: 0, busy: 0 });
      },
    ),
    { numRuns: 300 },
  );
});
