import { readUnsettledObjects, type UnsettledObject } from '../../../service/store/unsettled';
import { createTestDatabase, openDatabase } from '../../support/database';

test('S24: page by page, every object of which more is awaited comes once, and no other', async () => {
  const testDatabase = await createTestDatabase();
  const database = await openDatabase(testDatabase.url);
  await testDatabase.query(
    `insert into checkouts (checkout_id, session_id, user_id, customer_id, kind, status,
       payment_status, expires_at)
     values (gen_random_uuid(), 'cs_1_overdue', 'u', 'cus_1', 'price', 'open', 'unpaid', now()),
            (gen_random_uuid(), 'cs_2_open', 'u', 'cus_1', 'price', 'open', 'unpaid',
             now() + interval '1 day'),
            (gen_random_uuid(), 'cs_3_awaited', 'u', 'cus_1', 'price', 'complete', 'unpaid', now()),
            (gen_random_uuid(), 'cs_4_paid', 'u', 'cus_1', 'price', 'complete', 'paid', now()),
            (gen_random_uuid(), null, 'u', 'cus_1', 'price', 'open', 'unpaid', now())`,
  );
  // Stripe's answer was lost: a webhook recorded the session, and nobody when it ends.
  await testDatabase.query(
    `insert into checkouts (checkout_id, session_id, user_id, customer_id, kind, created_at)
     values (gen_random_uuid(), 'cs_5_unanswered', 'u', 'cus_1', 'price', now() - interval '25 hours'),
            (gen_random_uuid(), 'cs_6_young', 'u', 'cus_1', 'price', now())`,
  );
  await testDatabase.query(
    `insert into refunds (refund_id, payment_id, amount_minor, currency, status)
     values ('re_1', 'pi_1', 1, 'usd', 'pending'), ('re_2', 'pi_1', 1, 'usd', 'succeeded')`,
  );
  await testDatabase.query(
    `insert into disputes (dispute_id, payment_id, amount_minor, currency, status, funds_movements)
     values ('du_1', 'pi_1', 1, 'usd', 'under_review', 1), ('du_2', 'pi_1', 1, 'usd', 'lost', 1)`,
  );
  await testDatabase.query(
    `insert into subscriptions (subscription_id, customer_id, status, items, cancel_at_period_end,
       paused, revision)
     values ('sub_1', 'cus_1', 'active', '[]', false, false, 1),
            ('sub_2', 'cus_1', 'canceled', '[]', false, false, 1),
            ('sub_3', 'cus_1', 'past_due', '[]', false, false, 1)`,
  );
  await testDatabase.query(
    `insert into credit_notes (credit_note_id, invoice_id, status, amount_minor, pre_payment_minor,
       currency, lines, refunds)
     values ('cn_1', 'in_1', 'issued', 1, 1, 'usd', '[]', '[]'),
            ('cn_2', 'in_1', 'void', 1, 1, 'usd', '[]', '[]'),
            ('cn_3', 'in_2', 'issued', 1, 0, 'usd', '[]', '[]')`,
  );
  await testDatabase.query(
    `insert into invoices (invoice_id, amount_minor, currency) values ('in_2', 1, 'usd')`,
  );
  for (const limit of [1, 2, 3, 100]) {
    const found: UnsettledObject[] = [];
    for (let after: UnsettledObject | undefined; ; ) {
      const page = await readUnsettledObjects(database, after, limit);
      found.push(...page);
      after = page.at(-1);
      if (after === undefined) break;
    }
    expect(found.map(({ id }) => id)).toEqual([
      'cs_1_overdue',
      'cs_3_awaited',
      'cs_5_unanswered',
      'cn_1',
      'du_1',
      're_1',
      'sub_1',
      'sub_3',
    ]);
  }
  await database.close();
  await testDatabase.drop();
});
