import { checkRange } from '../../../service/reconciliation/range';
import { slicesOf } from '../../../service/reconciliation/run-context';

const dayMillis = 86_400_000;
const day = (text: string) => new Date(`${text}T00:00:00Z`);

test('the slices of a range meet, the oldest first, and end where it ends', () => {
  const range = { from: day('2026-01-01'), until: new Date(day('2026-01-03').getTime() + 1) };
  expect([...slicesOf(range, dayMillis)]).toEqual([
    { from: day('2026-01-01'), until: day('2026-01-02') },
    { from: day('2026-01-02'), until: day('2026-01-03') },
    { from: day('2026-01-03'), until: range.until },
  ]);
  expect([...slicesOf({ from: range.from, until: range.from }, dayMillis)]).toEqual([]);
});

test('a slice is made when it is asked for: the widest range takes no memory', () => {
  const slices = slicesOf({ from: new Date(-8.64e15), until: new Date(8.64e15) }, 1);
  expect(slices.next().value).toEqual({
    from: new Date(-8.64e15),
    until: new Date(-8.64e15 + 1),
  });
});

const now = day('2026-06-01').getTime();
const nothing = new Date(Number.NaN);

test.each([
  [day('2011-01-01'), day('2026-06-02')],
  [day('2026-05-31'), day('2026-06-01')],
])('from %s until %s can be reconciled', (from, until) => {
  expect(() => checkRange({ from, until }, now)).not.toThrow();
});

test.each([
  [day('0001-01-01'), day('9999-12-31')],
  [day('0001-01-01'), day('2026-01-01')],
  [day('2010-12-31'), day('2026-01-01')],
  [day('2026-01-01'), day('9999-12-31')],
  [day('2026-01-01'), new Date(day('2026-06-02').getTime() + 1)],
  [day('2026-01-02'), day('2026-01-01')],
  [day('2026-01-01'), day('2026-01-01')],
  [nothing, day('2026-01-01')],
  [day('2026-01-01'), nothing],
])('from %s until %s is refused by name, with what is expected', (from, until) => {
  expect(() => checkRange({ from, until }, now)).toThrow(
    expect.objectContaining({
      code: 'reconciliation_range_invalid',
      status: 400,
      message: expect.stringMatching(/2011-01-01.*2026-06-02/),
    }),
  );
});
