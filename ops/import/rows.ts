import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { parseMoney } from '../../service/ledger/money';
import { isUserId } from '../../service/ledger/user-id';
import type {
  ImportedBalance,
  ImportedChange,
  ImportedCustomer,
} from '../../service/store/imports';

/** A row of a file, by the names of its columns, and where it stands. */
export interface SourceRow {
  /** The line of the file, counted from 1. */
  readonly line: number;
  readonly columns: Readonly<Record<string, unknown>>;
}

/** Something about a row that has to be mended before it can be imported. */
export class RowError extends Error {
  override readonly name = 'RowError';
}

/**
 * The rows of a file, one at a time: CSV with a header, or JSON lines where its name ends in .jsonl
 * or .ndjson.
 * @throws RowError for what cannot be read; the file system's errors
 */
export async function* readRows(file: string): AsyncGenerator<SourceRow> {
  yield* /\.(jsonl|ndjson)$/i.test(file) ? readJsonLines(file) : readCsv(file);
}

async function* readCsv(file: string): AsyncGenerator<SourceRow> {
  const options = { columns: true, bom: true, skip_empty_lines: true, trim: true, info: true };
  const parser = parse(options);
  // What the file system refuses ends the parser, and the loop below throws it.
  pipeline(createReadStream(file), parser, () => undefined);
  const rows = parser as AsyncIterable<{
    info: { lines: number };
    record: Record<string, string>;
  }>;
  try {
    for await (const { info, record } of rows) yield { line: info.lines, columns: record };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new RowError(
      `${file}:${error.lines}: ${error.message}; each row has as many columns as the first, and a value with a comma or a quote stands in quotes`,
      { cause: error },
    );
  }
}

async function* readJsonLines(file: string): AsyncGenerator<SourceRow> {
  let line = 0;
  const opened = await open(file);
  for await (const text of opened.readLines({ encoding: 'utf8' })) {
    line += 1;
    if (text.trim() === '') continue;
    let columns: unknown;
    try {
      columns = JSON.parse(text);
    } catch (error) {
      throw new RowError(
        `line ${line} is not JSON: ${error instanceof Error ? error.message : ''}`,
      );
    }
    if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
      throw new RowError(`line ${line} is no object; expected {"user_id": …}`);
    }
    yield { line, columns: { ...columns } };
  }
}

/** user_id, customer_id */
export function customerOf({ columns }: SourceRow): ImportedCustomer {
  only(columns, ['user_id', 'customer_id']);
  const customerId = textOf(columns, 'customer_id');
  if (!/^cus_[\x21-\x7e]{1,250}$/.test(customerId)) {
    throw new RowError(`customer_id is ${customerId}; expected a Stripe customer, cus_…`);
  }
  return { userId: userOf(columns), customerId };
}

/** user_id, unit, and amount_minor or amount */
export function balanceOf({ columns }: SourceRow): ImportedBalance {
  only(columns, ['user_id', 'unit', 'amount_minor', 'amount']);
  const unit = unitOf(columns);
  return { userId: userOf(columns), unit, amountMinor: amountOf(columns, unit) };
}

/** id, user_id, unit, amount_minor or amount, occurred_at, and a description where there is one */
export function changeOf({ columns }: SourceRow): ImportedChange {
  only(columns, ['id', 'user_id', 'unit', 'amount_minor', 'amount', 'occurred_at', 'description']);
  const unit = unitOf(columns);
  const amountMinor = amountOf(columns, unit);
  if (amountMinor === 0n) throw new RowError('the amount is 0; leave out what changed nothing');
  const occurredAt = new Date(textOf(columns, 'occurred_at'));
  if (Number.isNaN(occurredAt.getTime())) {
    throw new RowError(
      `occurred_at is ${String(columns.occurred_at)}; expected a time such as 2026-01-31T12:00:00Z`,
    );
  }
  const description = String(columns.description ?? '').slice(0, 255) || 'Imported';
  if (/[\p{Cc}\p{Cs}]/u.test(description)) {
    throw new RowError('the description has a control character; take it out');
  }
  return {
    id: textOf(columns, 'id'),
    userId: userOf(columns),
    unit,
    amountMinor,
    occurredAt,
    description,
  };
}

function only(columns: SourceRow['columns'], known: readonly string[]): void {
  const other = Object.keys(columns).find((name) => !known.includes(name));
  if (other === undefined) return;
  throw new RowError(`the column ${other} is not known; expected ${known.join(', ')}`);
}

function textOf(columns: SourceRow['columns'], name: string): string {
  const value = columns[name];
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  if (text !== '' && text.length <= 255 && !/[\p{Cc}\p{Cs}]/u.test(text)) return text;
  throw new RowError(`${name} is ${JSON.stringify(value) ?? 'missing'}; expected a text`);
}

function userOf(columns: SourceRow['columns']): string {
  const userId = textOf(columns, 'user_id');
  if (isUserId(userId)) return userId;
  throw new RowError(`user_id is ${userId}; expected the sub of the user's tokens`);
}

function unitOf(columns: SourceRow['columns']): string {
  const unit = textOf(columns, 'unit').toLowerCase();
  if (/^([a-z]{3}|credits)$/.test(unit)) return unit;
  throw new RowError(`unit is ${unit}; expected a currency such as usd, or credits`);
}

function amountOf(columns: SourceRow['columns'], unit: string): bigint {
  const { amount_minor: minor = '', amount = '' } = columns;
  if ((minor === '') === (amount === '')) {
    throw new RowError('expected amount_minor (1050) or amount (10.50), and not both');
  }
  if (minor !== '') {
    if (/^-?\d{1,15}$/.test(String(minor))) return BigInt(String(minor));
    throw new RowError(`amount_minor is ${String(minor)}; expected a whole number of minor units`);
  }
  const parsed = parseMoney(String(amount), unit);
  if (parsed !== undefined) return parsed;
  throw new RowError(`amount is ${String(amount)}; expected an amount of ${unit} such as 10.50`);
}
