BEGIN TRANSACTION;
CREATE TABLE answers (
	collection VARCHAR(64) NOT NULL, 
	answer_id VARCHAR(64) NOT NULL, 
	record JSON NOT NULL, 
	created DATETIME NOT NULL, 
	mark JSON, 
	PRIMARY KEY (collection, answer_id)
);
INSERT INTO "answers" VALUES('default','ans_1','{"answer":{"id":"ans_1","answer":"1280米[1]。"}}','2026-11-22 23:17:43.469107','{"verdict":"right"}');
CREATE TABLE articles (
	version INTEGER NOT NULL, 
	ordinal INTEGER NOT NULL, 
	collection VARCHAR(64) NOT NULL, 
	article_id VARCHAR(64) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	published_on VARCHAR(10), 
	place_folded TEXT, 
	paper_folded TEXT, 
	content JSON NOT NULL, 
	PRIMARY KEY (version, ordinal), 
	FOREIGN KEY(version) REFERENCES documents (version) ON DELETE CASCADE
);
INSERT INTO "articles" VALUES(1,0,'default','art_739eb2144c20517e','article','2024-03-05','六安','某日报','{"place":"六安","published":"2024-03-05","paper":"某日报","page":"A2","length":15,"runs":[0,0,15],"parts":[["body",0,15]],"bylines":[],"confidence":1.0,"doubts":[]}');
INSERT INTO "articles" VALUES(1,1,'default','art_0484df03d4d42234','article','2024-03-05','六安','某日报','{"place":"六安","published":"2024-03-05","paper":"某日报","page":"A2","length":12,"runs":[0,16,12],"parts":[["body",0,12]],"bylines":[],"confidence":1.0,"doubts":[]}');
INSERT INTO "articles" VALUES(1,2,'default','art_5e05821244a50be0','furniture','2024-03-05','六安','某日报','{"place":"六安","published":"2024-03-05","paper":"某日报","page":"A2","length":5,"runs":[0,29,5],"parts":[["body",0,5]],"bylines":[],"confidence":1.0,"doubts":[]}');
INSERT INTO "articles" VALUES(2,0,'other','art_421c7e97d7eaf710','article',NULL,NULL,NULL,'{"length":7,"runs":[0,0,7],"parts":[["body",0,7]],"bylines":[],"confidence":1.0,"doubts":[]}');
CREATE TABLE documents (
	version INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	collection VARCHAR(64) NOT NULL, 
	document_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	source TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	text TEXT NOT NULL, 
	metadata JSON NOT NULL, 
	is_record BOOLEAN NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	created DATETIME NOT NULL
);
INSERT INTO "documents" VALUES(1,'default','doc_52f5ed7de029ac09','2024-03-05_A2.txt','/pages/2024-03-05_A2.txt','text/plain','大桥昨日通车，全长1280米。
粮食产量达到3.2万吨。
~版权所有
','{"title":null,"paper":"某日报","published":"2024-03-05","page":"A2","place":"六安"}',0,'ready','2026-11-22 23:17:43.263866');
INSERT INTO "documents" VALUES(2,'other','doc_c1f80de096d7a4f9','b.txt','/pages/b.txt','text/plain','新馆明天开放。
','{"title":null,"paper":null,"published":null,"page":null,"place":null}',0,'ready','2026-11-22 23:17:43.263866');
CREATE TABLE index_settings (
	collection VARCHAR(64) NOT NULL, 
	embedder TEXT NOT NULL, 
	dim INTEGER NOT NULL, 
	chunker TEXT NOT NULL, 
	PRIMARY KEY (collection)
);
INSERT INTO "index_settings" VALUES('default','e5',384,'sentences');
CREATE TABLE passages (
	version INTEGER NOT NULL, 
	passage_id VARCHAR(64) NOT NULL, 
	collection VARCHAR(64) NOT NULL, 
	ordinal INTEGER NOT NULL, 
	span_start INTEGER NOT NULL, 
	span_end INTEGER NOT NULL, 
	PRIMARY KEY (version, passage_id), 
	FOREIGN KEY(version) REFERENCES documents (version) ON DELETE CASCADE
);
INSERT INTO "passages" VALUES(1,'psg_8ba258b5f728c748','default',0,0,15);
INSERT INTO "passages" VALUES(1,'psg_508dfc19a759cb7c','default',1,0,12);
INSERT INTO "passages" VALUES(2,'psg_e2fe6276f220e5c1','other',0,0,7);
CREATE TABLE replies (
	collection VARCHAR(64) NOT NULL, 
	"key" TEXT NOT NULL, 
	document_id VARCHAR(64) NOT NULL, 
	reply JSON NOT NULL, 
	PRIMARY KEY (collection, "key")
);
INSERT INTO "replies" VALUES('default','key-1','doc_52f5ed7de029ac09','{"summary":"大桥通车"}');
CREATE TABLE schema_version (
	version INTEGER NOT NULL
);
INSERT INTO "schema_version" VALUES(3);
CREATE TABLE sources (
	collection VARCHAR(64) NOT NULL, 
	source TEXT NOT NULL, 
	document_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	metadata JSON NOT NULL, 
	PRIMARY KEY (collection, source)
);
INSERT INTO "sources" VALUES('default','/pages/2024-03-05_A2.txt','doc_52f5ed7de029ac09','2024-03-05_A2.txt','{"title":null,"paper":"某日报","published":"2024-03-05","page":"A2","place":"六安"}');
INSERT INTO "sources" VALUES('other','/pages/b.txt','doc_c1f80de096d7a4f9','b.txt','{"title":null,"paper":null,"published":null,"page":null,"place":null}');
CREATE INDEX documents_by_id ON documents (collection, document_id);
CREATE INDEX documents_in_order ON documents (collection, state, name, document_id);
CREATE INDEX sources_by_document ON sources (collection, document_id);
CREATE INDEX replies_by_document ON replies (collection, document_id);
CREATE INDEX answers_by_time ON answers (collection, created, answer_id);
CREATE INDEX articles_by_id ON articles (collection, article_id);
CREATE INDEX passages_by_id ON passages (collection, passage_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('documents',2);
COMMIT;
