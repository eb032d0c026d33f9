import { Type } from 'typebox';
import { amountMinor, reason, unit } from '../http/bodies';

const daySeconds = 24 * 60 * 60;
export const expiresInSecondsDefault = daySeconds;
const expiresInSecondsMax = 31 * daySeconds;

export const holdStatus = Type.Enum(['held', 'captured', 'released', 'expired'], {
  title: 'HoldStatus',
});
export const hold = (description: string) =>
  Type.Object(
    {
      id: Type.String({ description: 'Names the hold, in the transactions and messages too.' }),
      unit: Type.String({ description: 'A currency, lower case, or "credits".' }),
      amountMinor: Type.Integer({ description: 'What was reserved, in minor units.' }),
      capturedMinor: Type.Integer({
        description: 'What was captured of it, in minor units; the rest went back.',
      }),
      reason: Type.String(),
      status: holdStatus,
      createdAt: Type.String({ format: 'date-time' }),
      expiresAt: Type.String({ format: 'date-time' }),
    },
    { title: 'Hold', description },
  );

export const placeBody = Type.Object(
  {
    unit,
    amountMinor: amountMinor('What to reserve'),
    reason,
    expiresInSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: expiresInSecondsMax,
        default: expiresInSecondsDefault,
        description: 'After that it goes back by itself: a day by default, 31 days at most.',
      }),
    ),
  },
  {
    additionalProperties: false,
    title: 'NewHold',
    examples: [{ unit: 'credits', amountMinor: 100, reason: 'image 1', expiresInSeconds: 600 }],
  },
);

export const captureBody = Type.Object(
  { amountMinor: Type.Optional(amountMinor('What to capture; all of it by default')) },
  { additionalProperties: false, title: 'Capture', examples: [{ amountMinor: 80 }] },
);

export const holdParams = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
});
