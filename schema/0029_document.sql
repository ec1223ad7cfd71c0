-- 0029 document: receipts and credit notes as they were issued, and the addresses that members give
-- for them.

-- Vouchers are sold with a document of their own, to a buyer whom the site does not know.
ALTER TABLE receipt DROP FOREIGN KEY receipt_payment;
ALTER TABLE receipt
  MODIFY payment_id BIGINT    NULL COMMENT 'NULL: of a voucher',
  MODIFY user_id    BIGINT    NULL COMMENT 'NULL: the buyer is no member',
  ADD voucher_id    BIGINT    NULL COMMENT 'with reversal_id 0 its sale, with 1 the return of the money',
  ADD CONSTRAINT receipt_payment FOREIGN KEY (payment_id) REFERENCES payment (id),
  ADD CONSTRAINT receipt_voucher FOREIGN KEY (voucher_id) REFERENCES voucher (id),
  ADD CONSTRAINT receipt_of_voucher UNIQUE (voucher_id, reversal_id),
  ADD CONSTRAINT receipt_about CHECK ((payment_id IS NULL) <> (voucher_id IS NULL));

-- What a document states; written in the transaction that issues its number, and never changed. The
-- kind gives the sign: amounts are what was paid or refunded, at least 0. lib/app/income/document.h.
CREATE TABLE document (
  number         BIGINT       NOT NULL PRIMARY KEY,
  kind           VARCHAR(12)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  afterwards     TINYINT      NOT NULL COMMENT '1: issued before documents were stored, and stored as it would have been shown then',
  user_id        BIGINT       NULL COMMENT 'NULL: the buyer is no member',
  corrects       BIGINT       NULL COMMENT 'the document that this one takes back, in full or in part',
  corrects_ms    BIGINT       NOT NULL DEFAULT 0 COMMENT 'when that was issued',
  issued_ms      BIGINT       NOT NULL,
  booked_ms      BIGINT       NOT NULL COMMENT 'the date of its postings in the ledger',
  seller_name    VARCHAR(100) NOT NULL,
  seller_address VARCHAR(300) NOT NULL COMMENT 'parts separated by commas',
  seller_country VARCHAR(2)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seller_vat_id  VARCHAR(40)  NOT NULL,
  seller_tax_number VARCHAR(40) NOT NULL,
  seller_register VARCHAR(60) NOT NULL,
  buyer_name     VARCHAR(100) NOT NULL,
  buyer_email    VARCHAR(254) NOT NULL,
  buyer_street   VARCHAR(100) NOT NULL,
  buyer_postcode VARCHAR(20)  NOT NULL,
  buyer_city     VARCHAR(100) NOT NULL,
  buyer_country  VARCHAR(2)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  buyer_vat_id   VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line_text      VARCHAR(200) NOT NULL,
  line_months    INT          NOT NULL,
  line_starts_ms BIGINT       NOT NULL COMMENT '0: no period',
  line_ends_ms   BIGINT       NOT NULL,
  paid_by        VARCHAR(60)  NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tax_category   CHAR(1)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UNCL5305: S standard, Z zero rate, E exempt, O outside the scope of VAT',
  tax_reason     VARCHAR(200) NOT NULL COMMENT 'why there is no tax',
  tax_bp         INT          NOT NULL,
  net_minor      BIGINT       NOT NULL,
  tax_minor      BIGINT       NOT NULL,
  sha256         CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  CONSTRAINT document_receipt  FOREIGN KEY (number) REFERENCES receipt (number),
  CONSTRAINT document_corrects FOREIGN KEY (corrects) REFERENCES receipt (number),
  CONSTRAINT document_kind     CHECK (kind IN ('receipt', 'credit_note')),
  CONSTRAINT document_category CHECK (tax_category REGEXP '^[SZEO]$'),
  CONSTRAINT document_amounts  CHECK (net_minor >= 0 AND tax_minor >= 0 AND tax_bp >= 0),
  KEY document_of_user (user_id, number),
  KEY document_by_day (issued_ms),
  KEY document_by_booking (booked_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TRIGGER document_keep BEFORE UPDATE ON document FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a document stays as it was issued: issue a credit note';
CREATE TRIGGER document_stay BEFORE DELETE ON document FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a document stays as it was issued: issue a credit note';
CREATE TRIGGER receipt_keep BEFORE UPDATE ON receipt FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a document stays as it was issued: issue a credit note';
CREATE TRIGGER receipt_stay BEFORE DELETE ON receipt FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a document stays as it was issued: issue a credit note';

-- What a member's documents say from now on, if not the name of the account.
CREATE TABLE invoice_address (
  user_id        BIGINT       NOT NULL PRIMARY KEY,
  name           VARCHAR(100) NOT NULL,
  street         VARCHAR(100) NOT NULL,
  postcode       VARCHAR(20)  NOT NULL,
  city           VARCHAR(100) NOT NULL,
  country        CHAR(2)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  vat_id         VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  changed_ms     BIGINT       NOT NULL,
  CONSTRAINT invoice_address_user FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT         ON document        TO 'ovs_money'@'localhost';
GRANT SELECT                 ON invoice_address TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice_address TO 'ovs'@'localhost';
