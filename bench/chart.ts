import type { Result } from './report';

const width = 720;
const barHeight = 22;
const rowHeight = 34;
const labelWidth = 150;
const valueWidth = 90;

/** The throughput of each row as bars. Colours follow the reader's theme; no script, no fonts. */
export function chart(results: readonly Result[], title: string): string {
  const rows = results.filter(({ figures }) => figures.perSecond !== undefined);
  const most = Math.max(...rows.map(({ figures }) => figures.perSecond ?? 0));
  const room = width - labelWidth - valueWidth;
  const height = 44 + rows.length * rowHeight;
  const bars = rows.map(({ id, figures }, index) => {
    const perSecond = figures.perSecond ?? 0;
    const y = 40 + index * rowHeight;
    const length = Math.max(1, Math.round((perSecond / most) * room));
    const kind = isOurs(id) ? 'ours' : 'other';
    return [
      `  <text x="${labelWidth - 10}" y="${y + 15}" text-anchor="end">${id}</text>`,
      `  <rect class="${kind}" x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="3"/>`,
      `  <text x="${labelWidth + length + 8}" y="${y + 15}">${Math.round(perSecond).toLocaleString('en')}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
  <title>${title}</title>
  <style>
    text { font: 14px system-ui, sans-serif; fill: #24292f; }
    .head { font-weight: 600; }
    .ours { fill: #0f766e; }
    .other { fill: #9aa4b2; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .ours { fill: #2dd4bf; }
      .other { fill: #6b7686; }
    }
  </style>
  <text class="head" x="10" y="22">${title}</text>
${bars.join('\n')}
</svg>
`;
}

const others: readonly string[] = ['ceiling', 'reference', 'usual'];

function isOurs(id: string): boolean {
  return !others.includes(id);
}
