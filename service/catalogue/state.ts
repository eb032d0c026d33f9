import { Type } from 'typebox';

/** What is sold now, and how what is stored outside of the image stands to it. */
export interface CatalogueState {
  readonly version: string;
  /** `refused`: what is stored has faults; `unreadable`: it is not there, or may not be read. */
  readonly status: 'current' | 'refused' | 'unreadable';
  /** The version that was stored last, where its faults keep it from being sold. */
  readonly refusedVersion: string | null;
}

/** The same, in answers. */
export const catalogueStateSchema = Type.Object(
  {
    version: Type.String({
      description: 'What is sold: the version in S3 or of the parameter, else of the file.',
    }),
    status: Type.Enum(['current', 'refused', 'unreadable'], {
      description:
        'current: what is stored is sold. Else the last good one is: what is stored has ' +
        'faults, or cannot be read.',
    }),
    refusedVersion: Type.Union([
      Type.String({
        description: 'What was stored since, and has faults; the log names them.',
      }),
      Type.Null(),
    ]),
  },
  { title: 'CatalogueState' },
);
