-- 0057 category_group: categories in groups, in an order, renamed and merged by operators.
-- lib/app/catalogue/category.h.

CREATE TABLE category_group (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name           VARCHAR(60)  NOT NULL,
  position       INT          NOT NULL,
  CONSTRAINT category_group_name UNIQUE (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

INSERT INTO category_group (id, name, position) VALUES
  (1, 'Film and comedy', 10),
  (2, 'Music', 20),
  (3, 'Learning', 30),
  (4, 'News and history', 40),
  (5, 'Sport and health', 50),
  (6, 'Making and home', 60),
  (7, 'Technology and games', 70),
  (8, 'Life and travel', 80),
  (9, 'Everything else', 90);

ALTER TABLE category
  ADD COLUMN group_id    BIGINT NOT NULL DEFAULT 9,
  ADD COLUMN position    INT    NOT NULL DEFAULT 100 COMMENT 'in its group; then by name',
  ADD COLUMN merged_into BIGINT NULL COMMENT 'it is no more: its address leads to that one';
ALTER TABLE category
  ADD CONSTRAINT category_group_of    FOREIGN KEY (group_id) REFERENCES category_group (id),
  ADD CONSTRAINT category_merged_into FOREIGN KEY (merged_into) REFERENCES category (id);

UPDATE category SET group_id = 1 WHERE slug IN ('fun', 'comedy-sketches-and-stand-up', 'animation-and-short-films',
  'mystery-and-paranormal-stories', 'filmmaking-and-video-editing-techniques');
UPDATE category SET group_id = 2 WHERE slug IN ('music', 'music-covers-and-originals');
UPDATE category SET group_id = 3 WHERE slug IN ('educational', 'educational-tutorials', 'science-experiments-and-explainers',
  'language-learning-and-cultural-exchange', 'career-and-business-advice', 'book-reviews-and-literature-analysis');
UPDATE category SET group_id = 4 WHERE slug IN ('news', 'news-and-current-events', 'documentary-and-history');
UPDATE category SET group_id = 5 WHERE slug IN ('sports', 'sports-highlights-and-analysis', 'fitness-and-exercise-routines',
  'health-and-wellness-advice');
UPDATE category SET group_id = 6 WHERE slug IN ('diy-projects-and-crafts', 'cooking-and-recipes', 'art-and-painting-tutorials',
  'pet-care-and-animal-videos');
UPDATE category SET group_id = 7 WHERE slug IN ('technology-and-gadgets-reviews', 'gaming-and-esports', 'unboxing-and-product-hauls');
UPDATE category SET group_id = 8 WHERE slug IN ('travel-vlogs', 'personal-vlogs-and-day-in-the-life', 'fashion-and-beauty-tips');

GRANT SELECT, INSERT, UPDATE ON category       TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE ON category_group TO 'ovs'@'localhost';
GRANT SELECT                 ON category_group TO 'ovs_read'@'localhost';
