import { Command } from 'commander';
import { commands, createOps } from '../../ops/commands';

test.each(Object.entries(commands))('%s is what its file adds', (name, read) => {
  const ops = new Command();
  read()(ops);
  expect(ops.commands.map((each) => each.name())).toEqual([name]);
});

test('a command that is named is added alone, and all are where none is known', () => {
  const added = (named?: string) => createOps(named).commands.map((each) => each.name());
  expect(added('ledger')).toEqual(['ledger']);
  expect(added()).toEqual(Object.keys(commands));
  expect(added('ledgers')).toEqual(Object.keys(commands));
});
