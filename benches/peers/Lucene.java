import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

/** Lucene with SmartChineseAnalyzer or CJKAnalyzer: build PLAIN INDEX, ask INDEX QUESTIONS. */
public final class Lucene {
    private static Analyzer analyzer() {
        return "cjk".equals(System.getProperty("analyzer")) ? new CJKAnalyzer() : new SmartChineseAnalyzer();
    }

    public static void main(String[] args) throws Exception {
        if ("build".equals(args[0])) {
            build(Paths.get(args[1]), Paths.get(args[2]));
        } else {
            ask(Paths.get(args[1]), Paths.get(args[2]));
        }
    }

    private static void build(Path plain, Path index) throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        IndexWriterConfig config = new IndexWriterConfig(analyzer()).setRAMBufferSizeMB(160);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Semaphore waiting = new Semaphore(256);
        try (Directory directory = FSDirectory.open(index);
                IndexWriter writer = new IndexWriter(directory, config);
                BufferedReader lines = Files.newBufferedReader(plain, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String one = line;
                waiting.acquire();
                pool.submit(() -> {
                    try {
                        Json article = new Json(one);
                        Document document = new Document();
                        document.add(new StringField("id", article.text("id"), Field.Store.YES));
                        // A part is a value of its own, as in baoku.
                        for (String part : article.list("parts")) {
                            document.add(new TextField("text", part, Field.Store.NO));
                            document.add(new StoredField("stored", part));
                        }
                        writer.addDocument(document);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    } finally {
                        waiting.release();
                    }
                });
            }
            pool.shutdown();
            pool.awaitTermination(1, TimeUnit.DAYS);
            writer.commit();
        }
    }

    private static void ask(Path index, Path questions) throws Exception {
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        List<String> lines = Files.readAllLines(questions, StandardCharsets.UTF_8);
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(index))) {
            IndexSearcher searcher = new IndexSearcher(reader);
            QueryBuilder builder = new QueryBuilder(analyzer());
            // Once unmeasured: the virtual machine compiles what it runs.
            for (String line : lines) {
                answer(searcher, query(builder, new Json(line)));
            }
            for (String line : lines) {
                Json question = new Json(line);
                long started = System.nanoTime();
                Query query = query(builder, question);
                answer(searcher, query);
                double took = (System.nanoTime() - started) / 1000.0;
                StringBuilder ids = new StringBuilder();
                if (query != null && "literal".equals(question.text("kind"))) {
                    TopDocs all = searcher.search(query, Math.max(1, reader.numDocs()));
                    for (ScoreDoc hit : all.scoreDocs) {
                        ids.append(ids.length() == 0 ? "\"" : ",\"").append(searcher.doc(hit.doc).get("id")).append('"');
                    }
                }
                out.println("{\"id\":" + question.text("id") + ",\"us\":" + took + ",\"ids\":[" + ids + "]}");
            }
        }
        out.flush();
    }

    private static Query query(QueryBuilder builder, Json question) {
        String text = question.text("text");
        if ("literal".equals(question.text("kind"))) {
            return builder.createPhraseQuery("text", text);
        }
        return builder.createBooleanQuery("text", text, BooleanClause.Occur.MUST);
    }

    private static void answer(IndexSearcher searcher, Query query) throws Exception {
        if (query == null) {
            return;
        }
        searcher.count(query);
        for (ScoreDoc hit : searcher.search(query, 10).scoreDocs) {
            searcher.doc(hit.doc).get("id");
        }
    }

    /** As much of JSON as the files of this program hold: one object of texts, numbers and lists of texts. */
    private static final class Json {
        private final java.util.Map<String, Object> members = new java.util.HashMap<>();
        private final String line;
        private int at;

        Json(String line) {
            this.line = line;
            at = line.indexOf('{') + 1;
            while (true) {
                skip();
                if (line.charAt(at) == '}') {
                    return;
                }
                String name = string();
                skip();
                Object value;
                if (line.charAt(at) == '[') {
                    at++;
                    List<String> list = new ArrayList<>();
                    for (skip(); line.charAt(at) != ']'; skip()) {
                        list.add(string());
                    }
                    at++;
                    value = list;
                } else if (line.charAt(at) == '"') {
                    value = string();
                } else {
                    int start = at;
                    while (",}".indexOf(line.charAt(at)) < 0) {
                        at++;
                    }
                    value = line.substring(start, at).trim();
                }
                members.put(name, value);
            }
        }

        private void skip() {
            while (" ,:\t".indexOf(line.charAt(at)) >= 0) {
                at++;
            }
        }

        private String string() {
            StringBuilder text = new StringBuilder();
            for (at++; line.charAt(at) != '"'; at++) {
                char c = line.charAt(at);
                if (c != '\\') {
                    text.append(c);
                    continue;
                }
                c = line.charAt(++at);
                switch (c) {
                    case 'n': text.append('\n'); break;
                    case 't': text.append('\t'); break;
                    case 'r': text.append('\r'); break;
                    case 'b': text.append('\b'); break;
                    case 'f': text.append('\f'); break;
                    case 'u':
                        text.append((char) Integer.parseInt(line.substring(at + 1, at + 5), 16));
                        at += 4;
                        break;
                    default: text.append(c);
                }
            }
            at++;
            return text.toString();
        }

        String text(String name) {
            return (String) members.get(name);
        }

        @SuppressWarnings("unchecked")
        List<String> list(String name) {
            return (List<String>) members.get(name);
        }
    }
}
