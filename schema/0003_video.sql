-- 0003 video: the library, what people said about it, and the work on its files.

CREATE TABLE category (
  id             BIGINT       NOT NULL PRIMARY KEY,
  slug           VARCHAR(60)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name           VARCHAR(60)  NOT NULL,
  CONSTRAINT category_slug UNIQUE (slug)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

INSERT INTO category (id, slug, name) VALUES
  (1, 'other', 'Other'),
  (2, 'fun', 'Fun'),
  (3, 'educational', 'Educational'),
  (4, 'music', 'Music'),
  (5, 'news', 'News'),
  (6, 'sports', 'Sports'),
  (7, 'diy-projects-and-crafts', 'DIY Projects & Crafts'),
  (8, 'technology-and-gadgets-reviews', 'Technology & Gadgets Reviews'),
  (9, 'cooking-and-recipes', 'Cooking & Recipes'),
  (10, 'fitness-and-exercise-routines', 'Fitness & Exercise Routines'),
  (11, 'educational-tutorials', 'Educational Tutorials'),
  (12, 'travel-vlogs', 'Travel Vlogs'),
  (13, 'gaming-and-esports', 'Gaming & Esports'),
  (14, 'fashion-and-beauty-tips', 'Fashion & Beauty Tips'),
  (15, 'music-covers-and-originals', 'Music Covers & Originals'),
  (16, 'comedy-sketches-and-stand-up', 'Comedy Sketches & Stand-Up'),
  (17, 'science-experiments-and-explainers', 'Science Experiments & Explainers'),
  (18, 'documentary-and-history', 'Documentary & History'),
  (19, 'book-reviews-and-literature-analysis', 'Book Reviews & Literature Analysis'),
  (20, 'animation-and-short-films', 'Animation & Short Films'),
  (21, 'sports-highlights-and-analysis', 'Sports Highlights & Analysis'),
  (22, 'health-and-wellness-advice', 'Health & Wellness Advice'),
  (23, 'personal-vlogs-and-day-in-the-life', 'Personal Vlogs & Day in the Life'),
  (24, 'news-and-current-events', 'News & Current Events'),
  (25, 'pet-care-and-animal-videos', 'Pet Care & Animal Videos'),
  (26, 'art-and-painting-tutorials', 'Art & Painting Tutorials'),
  (27, 'filmmaking-and-video-editing-techniques', 'Filmmaking & Video Editing Techniques'),
  (28, 'unboxing-and-product-hauls', 'Unboxing & Product Hauls'),
  (29, 'mystery-and-paranormal-stories', 'Mystery & Paranormal Stories'),
  (30, 'career-and-business-advice', 'Career & Business Advice'),
  (31, 'language-learning-and-cultural-exchange', 'Language Learning & Cultural Exchange');

CREATE TABLE video (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  public_id      CHAR(11)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'random; in addresses and media paths',
  user_id        BIGINT       NOT NULL,
  category_id    BIGINT       NOT NULL,
  title          VARCHAR(120) NOT NULL,
  description    VARCHAR(5000) NOT NULL DEFAULT '',
  tags           VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'comma and space between them',
  visibility     VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'public',
  allow_preview  TINYINT      NOT NULL DEFAULT 1,
  state          VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'processing',
  own_poster     TINYINT      NOT NULL DEFAULT 0 COMMENT 'the uploader chose the picture',
  poster_version INT          NOT NULL DEFAULT 0 COMMENT '0: no picture yet',
  has_preview    TINYINT      NOT NULL DEFAULT 0,
  length_ms      BIGINT       NOT NULL DEFAULT 0,
  width          INT          NOT NULL DEFAULT 0,
  height         INT          NOT NULL DEFAULT 0,
  original_bytes BIGINT       NOT NULL DEFAULT 0,
  views          BIGINT       NOT NULL DEFAULT 0,
  likes          BIGINT       NOT NULL DEFAULT 0,
  dislikes       BIGINT       NOT NULL DEFAULT 0,
  created_ms     BIGINT       NOT NULL,
  published_ms   BIGINT       NOT NULL DEFAULT 0 COMMENT 'when it could first be watched; 0: not yet',
  deleted_ms     BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT video_public_id  UNIQUE (public_id),
  CONSTRAINT video_user       FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT video_category   FOREIGN KEY (category_id) REFERENCES category (id),
  CONSTRAINT video_visibility CHECK (visibility IN ('public', 'unlisted', 'private')),
  CONSTRAINT video_state      CHECK (state IN ('processing', 'ready', 'failed', 'blocked', 'deleted')),
  KEY video_newest (state, visibility, published_ms),
  KEY video_popular (state, visibility, views),
  KEY video_newest_of_category (category_id, state, visibility, published_ms),
  KEY video_popular_of_category (category_id, state, visibility, views),
  KEY video_newest_of_user (user_id, state, visibility, published_ms),
  KEY video_of_user (user_id, created_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What a search looks into, in tokens of lib/app/search.h. `grams` are the three-letter pieces of the
-- words in `head`.
CREATE TABLE video_search (
  video_id       BIGINT       NOT NULL PRIMARY KEY,
  head           TEXT         NOT NULL COMMENT 'words of title and tags',
  body           TEXT         NOT NULL COMMENT 'words of the description',
  grams          TEXT         NOT NULL,
  CONSTRAINT video_search_video FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE,
  FULLTEXT KEY video_search_words (head, body),
  FULLTEXT KEY video_search_head (head),
  FULLTEXT KEY video_search_grams (grams)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE rendition (
  video_id       BIGINT       NOT NULL,
  name           VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of its files: 720p, audio',
  width          INT          NOT NULL,
  height         INT          NOT NULL,
  bytes          BIGINT       NOT NULL,
  PRIMARY KEY (video_id, name),
  CONSTRAINT rendition_video FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE rating (
  video_id       BIGINT       NOT NULL,
  user_id        BIGINT       NOT NULL,
  value          TINYINT      NOT NULL COMMENT '1 like, -1 dislike; no row: no rating',
  rated_ms       BIGINT       NOT NULL,
  PRIMARY KEY (video_id, user_id),
  CONSTRAINT rating_video FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE,
  CONSTRAINT rating_user  FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  CONSTRAINT rating_value CHECK (value IN (1, -1)),
  KEY rating_of_user (user_id, rated_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE follow (
  user_id        BIGINT       NOT NULL,
  channel_id     BIGINT       NOT NULL,
  since_ms       BIGINT       NOT NULL,
  PRIMARY KEY (user_id, channel_id),
  CONSTRAINT follow_user    FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  CONSTRAINT follow_channel FOREIGN KEY (channel_id) REFERENCES user (id) ON DELETE CASCADE,
  KEY follow_of_channel (channel_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- How far a member got; also the history.
CREATE TABLE watch_position (
  user_id        BIGINT       NOT NULL,
  video_id       BIGINT       NOT NULL,
  position_ms    BIGINT       NOT NULL,
  watched_ms     BIGINT       NOT NULL DEFAULT 0 COMMENT 'played in all, by the beats',
  updated_ms     BIGINT       NOT NULL,
  PRIMARY KEY (user_id, video_id),
  CONSTRAINT watch_position_user  FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  CONSTRAINT watch_position_video FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE,
  KEY watch_position_recent (user_id, updated_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- A view counts once per member, video and UTC day, after 10 s of playing.
CREATE TABLE view_day (
  video_id       BIGINT       NOT NULL,
  user_id        BIGINT       NOT NULL,
  day            INT          NOT NULL COMMENT 'days since 1970',
  PRIMARY KEY (video_id, user_id, day),
  CONSTRAINT view_day_video FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- A file on its way in (tus 1.0). How much has arrived is the size of the file, not a column.
CREATE TABLE upload (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  public_id      CHAR(22)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'random; the file name in media/incoming',
  user_id        BIGINT       NOT NULL,
  length_bytes   BIGINT       NOT NULL,
  file_name      VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'as the sender says; only shown',
  title          VARCHAR(120) NOT NULL DEFAULT '',
  description    VARCHAR(5000) NOT NULL DEFAULT '',
  category_id    BIGINT       NOT NULL,
  tags           VARCHAR(500) NOT NULL DEFAULT '',
  visibility     VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'public',
  allow_preview  TINYINT      NOT NULL DEFAULT 1,
  video_id       BIGINT       NULL COMMENT 'the video it became',
  created_ms     BIGINT       NOT NULL,
  expires_ms     BIGINT       NOT NULL,
  CONSTRAINT upload_public_id UNIQUE (public_id),
  CONSTRAINT upload_user      FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT upload_category  FOREIGN KEY (category_id) REFERENCES category (id),
  CONSTRAINT upload_video     FOREIGN KEY (video_id) REFERENCES video (id),
  CONSTRAINT upload_length    CHECK (length_bytes > 0),
  KEY upload_of_user (user_id, created_ms),
  KEY upload_expired (expires_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- One row per video whose original waits for, is in, or failed processing.
CREATE TABLE transcode_job (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  video_id       BIGINT       NOT NULL,
  source         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'file name in media/incoming',
  state          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'waiting',
  percent        INT          NOT NULL DEFAULT 0,
  attempts       INT          NOT NULL DEFAULT 0,
  error          VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'in words for the uploader',
  worker         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'who holds the lease',
  lease_until_ms BIGINT       NOT NULL DEFAULT 0,
  next_try_ms    BIGINT       NOT NULL DEFAULT 0,
  created_ms     BIGINT       NOT NULL,
  ended_ms       BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT transcode_job_video UNIQUE (video_id),
  CONSTRAINT transcode_job_of    FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE,
  CONSTRAINT transcode_job_state CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  KEY transcode_job_due (state, next_try_ms, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Files that have to go; a row stays until they are gone.
CREATE TABLE file_removal (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  folder         VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'videos, incoming or avatars',
  name           VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempts       INT          NOT NULL DEFAULT 0,
  next_try_ms    BIGINT       NOT NULL DEFAULT 0,
  KEY file_removal_due (next_try_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT                         ON category       TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON video          TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON video_search   TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON rendition      TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON rating         TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON follow         TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON watch_position TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON view_day       TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON upload         TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON transcode_job  TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON file_removal   TO 'ovs'@'localhost';
GRANT SELECT ON category       TO 'ovs_read'@'localhost';
GRANT SELECT ON video          TO 'ovs_read'@'localhost';
GRANT SELECT ON video_search   TO 'ovs_read'@'localhost';
GRANT SELECT ON rendition      TO 'ovs_read'@'localhost';
GRANT SELECT ON rating         TO 'ovs_read'@'localhost';
GRANT SELECT ON follow         TO 'ovs_read'@'localhost';
GRANT SELECT ON watch_position TO 'ovs_read'@'localhost';
GRANT SELECT ON transcode_job  TO 'ovs_read'@'localhost';
