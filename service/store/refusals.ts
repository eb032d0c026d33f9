import { isNativeError } from 'node:util/types';

/** The database was reached and refuses us: what it refuses, and what mends it. */
export class DatabaseRefusal extends Error {
  override readonly name = 'DatabaseRefusal';

  /**
   * @param code the SQLSTATE, or the code of the library's error
   * @param mayPass whether it can be put right without a new start: a password that is being rotated
   */
  constructor(
    readonly code: string,
    readonly mayPass: boolean,
    message: string,
    options: { readonly cause: unknown },
  ) {
    super(message, options);
  }
}

interface Refusal {
  /** SQLSTATE, or nothing where poolers and the library say it in words alone. */
  readonly codes: readonly string[];
  readonly said: RegExp;
  readonly refuses: string;
  readonly fix: string;
  readonly mayPass: boolean;
}

/** The first that fits. PgBouncer says much with 08P01 alone, and RDS Proxy with 0A000. */
const refusals: readonly Refusal[] = [
  {
    codes: ['08P01', '0A000', '42704', '22023'],
    said: /startup parameter|start-up parameter|command-line options|configuration parameter/i,
    refuses: 'a parameter of the start-up',
    fix:
      'remove it from the query of DATABASE_URL and from PGOPTIONS (the service sets its timeouts ' +
      'in each transaction and needs none), or let PgBouncer pass over it with ' +
      'ignore_startup_parameters',
    mayPass: false,
  },
  {
    codes: ['3D000', '08P01'],
    said: /no such database|database .* does not exist/i,
    refuses: 'the name of the database',
    fix: 'create the database, or correct its name at the end of DATABASE_URL, or dbname in the secret',
    mayPass: false,
  },
  {
    codes: ['28P01', '08P01'],
    said: /password|auth failed|authentication failed|SASL/i,
    refuses: 'the password',
    fix: 'store the password of this user in DATABASE_URL, or in the secret of DATABASE_SECRET_ARN',
    mayPass: true,
  },
  {
    codes: ['28000', '08P01'],
    said: /user|role|pg_hba/i,
    refuses: 'the user, or its way in',
    fix:
      'let the user log in (create role … login), and let pg_hba.conf, or the list of users of the ' +
      'pooler, accept it from here',
    mayPass: true,
  },
  {
    codes: [''],
    said: /password must be a string/,
    refuses: 'a connection without a password',
    fix: 'put the password into DATABASE_URL: postgresql://USER:PASSWORD@HOST/DATABASE',
    mayPass: false,
  },
  {
    codes: ['', 'EPROTO'],
    said: /does not support SSL/,
    refuses: 'TLS',
    fix: 'turn TLS on at the database: with DATABASE_SECRET_ARN the service talks to no other',
    mayPass: false,
  },
  {
    codes: ['42501'],
    said: /./,
    refuses: 'what a migration has to do',
    fix:
      'let the user of the service own the database, or its tables and schema (alter database … ' +
      'owner to …)',
    mayPass: false,
  },
];

/** The refusal in an error that ended the opening, if it is one. */
export function refusalOf(error: unknown): DatabaseRefusal | undefined {
  if (!isNativeError(error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const found = refusals.find(
    ({ codes, said }) => codes.includes(code) && said.test(error.message),
  );
  if (found === undefined) return undefined;
  const { refuses, fix, mayPass } = found;
  const message = `the database refuses ${refuses} (${error.message}); ${fix}`;
  return new DatabaseRefusal(code, mayPass, message, { cause: error });
}

/** Whether the database was reached and refuses us, for now. */
export function isRefused(error: unknown): boolean {
  return isNativeError(error) && error.cause instanceof DatabaseRefusal;
}
