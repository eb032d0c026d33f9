import { formatMoney } from '../../service/ledger/money';

/** `25.00 USD`, `500 credits`. */
export function shownAmount(amountMinor: number, unit: string): string {
  return unit === 'credits' ? `${amountMinor} credits` : formatMoney(BigInt(amountMinor), unit);
}

/** What a balance changed by: `+25.00 USD`, `-500 credits`. */
export function shownChange(amountMinor: number, unit: string): string {
  return `${amountMinor > 0 ? '+' : ''}${shownAmount(amountMinor, unit)}`;
}
