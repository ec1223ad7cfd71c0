-- 0065 media void: addresses of media end in the transaction of what ends the right to them, whoever
-- makes the change. Each machine's gate learns of it within seconds. lib/app/publish/revoke.h.

CREATE TABLE media_void (
  what           VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY COMMENT 'public id of a video; @ and the id of a login; *: all',
  video_id       BIGINT       NOT NULL DEFAULT 0 COMMENT '0: not of a video',
  until_s        BIGINT       NOT NULL DEFAULT 0 COMMENT 'addresses that expire until then are void',
  pictures_s     BIGINT       NOT NULL DEFAULT 0 COMMENT 'the same for pictures',
  made_ms        BIGINT       NOT NULL DEFAULT 0,
  fresh          TINYINT      NOT NULL DEFAULT 1 COMMENT 'to be dated by whoever sees it first',
  KEY media_void_fresh (fresh),
  KEY media_void_made (made_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TRIGGER video_void AFTER UPDATE ON video FOR EACH ROW
  INSERT INTO media_void (what, video_id) SELECT NEW.public_id, NEW.id FROM DUAL
    WHERE (NEW.state <> OLD.state AND NEW.state IN ('hidden', 'limited', 'removed', 'deleted', 'review'))
    OR (NEW.visibility = 'private' AND OLD.visibility <> 'private') ON DUPLICATE KEY UPDATE fresh = 1;
CREATE TRIGGER video_gone AFTER DELETE ON video FOR EACH ROW
  INSERT INTO media_void (what, video_id) VALUES (OLD.public_id, OLD.id) ON DUPLICATE KEY UPDATE fresh = 1;
CREATE TRIGGER session_void AFTER UPDATE ON session FOR EACH ROW
  INSERT INTO media_void (what) SELECT CONCAT('@', NEW.id) FROM DUAL
    WHERE NEW.revoked_ms > 0 AND OLD.revoked_ms = 0 ON DUPLICATE KEY UPDATE fresh = 1;
-- A ban, a suspension or leaving ends what a member's logins were given; a ban and leaving hide their videos.
CREATE TRIGGER user_void AFTER UPDATE ON user FOR EACH ROW BEGIN
  IF (NEW.blocked <> 0 AND OLD.blocked = 0) OR (NEW.leaves_ms > 0 AND OLD.leaves_ms = 0) THEN
    INSERT INTO media_void (what, video_id) SELECT v.public_id, v.id FROM video v
      WHERE v.user_id = NEW.id AND v.state <> 'deleted' ON DUPLICATE KEY UPDATE fresh = 1;
  END IF;
  IF (NEW.blocked <> 0 AND OLD.blocked = 0) OR (NEW.leaves_ms > 0 AND OLD.leaves_ms = 0) OR NEW.suspended_until_ms > OLD.suspended_until_ms THEN
    INSERT INTO media_void (what) SELECT CONCAT('@', s.id) FROM session s
      WHERE s.user_id = NEW.id AND s.revoked_ms = 0 ON DUPLICATE KEY UPDATE fresh = 1;
  END IF;
END;
-- Paid time that was taken back.
CREATE TRIGGER subscription_void AFTER UPDATE ON subscription FOR EACH ROW
  INSERT INTO media_void (what) SELECT CONCAT('@', s.id) FROM session s
    WHERE s.user_id = NEW.user_id AND s.revoked_ms = 0
    AND GREATEST(NEW.paid_until_ms, NEW.grace_until_ms) < GREATEST(OLD.paid_until_ms, OLD.grace_until_ms)
    ON DUPLICATE KEY UPDATE fresh = 1;

GRANT SELECT, INSERT, UPDATE, DELETE ON media_void TO 'ovs'@'localhost';
