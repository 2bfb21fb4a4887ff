// `tickweir query` against a server of canned answers on loopback.
#include "gateway/commands/query.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/commands/http_client.hpp"

namespace tickweir::gateway {
namespace {

using Subject = QueryOptions::Subject;

/// Listens on a free port of loopback; nobody answers unless serve() was called.
class CannedServer {
public:
    CannedServer() : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* const plain = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, plain, length), 0);
        EXPECT_EQ(::listen(listener_, 16), 0);
        EXPECT_EQ(::getsockname(listener_, plain, &length), 0);
        port_ = ntohs(address.sin_port);
    }
    CannedServer(const CannedServer&) = delete;
    CannedServer& operator=(const CannedServer&) = delete;
    ~CannedServer() { stop(); }

    /// Answers one connection with each of the texts, verbatim, and closes it.
    void serve(std::vector<std::string> answers) {
        thread_ = std::thread{[this, answers = std::move(answers)] {
            for (const std::string& answer : answers)
                serve_one(answer);
        }};
    }

    /// The questions asked so far, after which there are no more.
    std::vector<std::string> stop() {
        // Wakes the thread if it still waits for somebody to connect.
        if (listener_ >= 0) ::shutdown(listener_, SHUT_RDWR);
        if (thread_.joinable()) thread_.join();
        if (listener_ >= 0) ::close(std::exchange(listener_, -1));
        return questions_;
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

private:
    void serve_one(const std::string& answer) {
        const int client = ::accept(listener_, nullptr, nullptr);
        if (client < 0) return;
        std::string question;
        char buffer[4'096];
        while (question.find("\r\n\r\n") == question.npos) {
            const ssize_t got = ::recv(client, buffer, sizeof buffer, 0);
            if (got <= 0) break;
            question.append(buffer, static_cast<std::size_t>(got));
        }
        questions_.push_back(question);
        ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        ::close(client);
    }

    int listener_;
    unsigned port_ = 0;
    std::thread thread_;
    std::vector<std::string> questions_;  // of the thread until it is joined
};

std::string answer(unsigned status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Ran {
    int status = 0;
    std::string out;
    std::string err;
    std::vector<std::string> asked;  // request lines
};

class QueryTest : public testing::Test {
protected:
    Ran run(QueryOptions options, std::vector<std::string> answers) {
        CannedServer server;
        options.url = server.url();
        server.serve(std::move(answers));
        std::ostringstream out;
        std::ostringstream err;
        Ran ran;
        ran.status = run_query(options, out, err);
        ran.out = out.str();
        ran.err = err.str();
        questions_ = server.stop();
        for (const std::string& question : questions_)
            ran.asked.push_back(question.substr(0, question.find('\r')));
        return ran;
    }

    static QueryOptions about(Subject subject, std::vector<std::string> instruments = {}) {
        QueryOptions options;
        options.subject = subject;
        options.instruments = std::move(instruments);
        return options;
    }

    std::vector<std::string> questions_;
};

using Lines = std::vector<std::string>;

const std::string quote_json =
    R"({"venue":"nasdaq","symbol":"AAPL","time":1700000000000000000,"bid":"189.95",)"
    R"("bid_quantity":"300","ask":null,"ask_quantity":null,"last":"189.96","last_quantity":"5",)"
    R"("state":"trading","in_sync":false,"reason":"gap"})";

TEST_F(QueryTest, PrintsQuotesAsATable) {
    const Ran ran = run(about(Subject::quote, {"AAPL", "kraken:XBT/USD"}),
                        {answer(200, quote_json), answer(200, "{}")});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(ran.asked, (Lines{"GET /v1/quotes/AAPL HTTP/1.1",
                                "GET /v1/quotes/kraken%3AXBT%2FUSD HTTP/1.1"}));
    EXPECT_EQ(ran.out,
              "instrument   quantity     bid  ask  quantity    last  quantity  state    in sync  "
              "time\n"
              "nasdaq:AAPL       300  189.95    -         -  189.96         5  trading  no: gap  "
              "2023-11-14T22:13:20.000000000Z\n"
              "-:-                 -       -    -         -       -         -  -        -        "
              "-\n");
}

TEST_F(QueryTest, PrintsABookAsALadder) {
    QueryOptions options = about(Subject::book, {"AAPL"});
    options.depth = 2;
    const Ran ran =
        run(options, {answer(200, R"({"venue":"nasdaq","symbol":"AAPL","time":0,)"
                                  R"("in_sync":true,"bids":[["189.95","300",2],["9","1"]],)"
                                  R"("asks":[["189.97","100",1]]})")});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.asked, (Lines{"GET /v1/books/AAPL?depth=2 HTTP/1.1"}));
    EXPECT_EQ(ran.out,
              "nasdaq:AAPL  in sync: yes  -\n"
              "orders  quantity     bid  ask     quantity  orders\n"
              "     2       300  189.95  189.97  100       1\n"
              "     -         1       9\n");
}

TEST_F(QueryTest, PrintsTradesAsATable) {
    QueryOptions options = about(Subject::trades, {"AAPL"});
    options.limit = 7;
    const Ran ran =
        run(options, {answer(200, R"({"trades":[{"time":1700000000000000001,"price":"1.5",)"
                                  R"("quantity":"10","side":null,"trade_id":"7"}],)"
                                  R"("next":null})")});
    EXPECT_EQ(ran.asked, (Lines{"GET /v1/trades/AAPL?limit=7 HTTP/1.1"}));
    EXPECT_EQ(ran.out,
              "AAPL\n"
              "time                            price  quantity  side  trade id\n"
              "2023-11-14T22:13:20.000000001Z    1.5        10  -            7\n");
}

TEST_F(QueryTest, FollowsAListOfInstrumentsToItsEnd) {
    const auto page = [](const std::string& symbol, const std::string& next) {
        return answer(200, R"({"instruments":[{"venue":"v","symbol":")" + symbol +
                               R"(","price_decimals":4,"in_sync":true}],"next":)" + next + "}");
    };
    const Ran ran = run(about(Subject::instruments), {page("A", R"("v:A/1")"), page("B", "null")});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.asked, (Lines{"GET /v1/instruments HTTP/1.1",
                                "GET /v1/instruments?after=v%3AA%2F1 HTTP/1.1"}));
    EXPECT_EQ(ran.out,
              "venue  symbol  base  quote  tick  lot  price decimals  quantity decimals  state  in "
              "sync\n"
              "v      A       -     -         -    -               4                  -  -      "
              "yes\n"
              "v      B       -     -         -    -               4                  -  -      "
              "yes\n");
}

TEST_F(QueryTest, PrintsTheStatusInParts) {
    const Ran ran = run(
        about(Subject::status),
        {answer(200,
                R"({"version":"1.0","mode":"L0","uptime_seconds":1.5,"instruments":2,)"
                R"("feeds":[{"name":"f","kind":"capture","venue":"nasdaq","state":"live",)"
                R"("reason":"","messages":5,"gaps":0,"lost":0,"age_ms":3,"instruments":2}],)"
                R"("venue":{"id":"v","state":"running","commit":"durable",)"
                R"("lsn":{"applied":9,"durable":8,"replayed":7},"replayer":"following"},)"
                R"("connections":1,"subscriptions":4,"budgets":[{"name":"books","used":1,)"
                R"("high_water":2,"limit":3,"refusals":0}],"http":{"address":"::","port":8080},)"
                R"("threads":[{"name":"main","roles":["feed","market"],"cpu":1},{"name":"x"}],)"
                R"("idle_instrument_bytes":1200,"latencies":[{"stage":"decode","count":9,)"
                R"("p50_ns":999,"p99_ns":1500,"p999_ns":2000000,"highest_ns":3000000000}]})")});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.out,
              "version                1.0\n"
              "mode                   L0\n"
              "uptime_seconds         1.5\n"
              "instruments            2\n"
              "connections            1\n"
              "subscriptions          4\n"
              "http                   :::8080\n"
              "thread main            feed market, on cpu 1\n"
              "thread x               -\n"
              "idle_instrument_bytes  1200\n"
              "\n"
              "feed  kind     venue   state  reason  messages  gaps  lost  age ms  instruments\n"
              "f     capture  nasdaq  live   -              5     0     0       3            2\n"
              "\n"
              "venue  state    commit   applied  durable  replayed  snapshot  replayer\n"
              "v      running  durable        9        8         7         -  following\n"
              "\n"
              "budget  used  high water  limit  refusals\n"
              "books      1           2      3         0\n"
              "\n"
              "stage   count     p50     p99   p99.9  highest\n"
              "decode      9  999 ns  1.5 us  2.0 ms    3.0 s\n");
}

TEST_F(QueryTest, PrintsAnswersAsTheyComeWhenAskedForJson) {
    QueryOptions options = about(Subject::quote, {"A", "B"});
    options.json = true;
    options.key = "se/cret=";
    const Ran ran = run(
        options, {answer(200, R"({"a":1})"), answer(404, R"({"code":404,"reason":"unknown"})")});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.out, "{\"a\":1}\n{\"code\":404,\"reason\":\"unknown\"}\n");
    EXPECT_EQ(ran.err, "tickweir query: 404: unknown\n");
    ASSERT_EQ(questions_.size(), 2u);
    EXPECT_NE(questions_[0].find("\r\nAuthorization: Bearer se/cret=\r\n"), std::string::npos);
    EXPECT_NE(questions_[0].find("\r\nHost: 127.0.0.1:"), std::string::npos);
}

TEST_F(QueryTest, GoesOnAfterARefusal) {
    const Ran ran = run(about(Subject::book, {"A", "B"}),
                        {answer(409, R"({"code":409,"reason":"ambiguous\u001b"})"),
                         answer(200, R"({"venue":"v","symbol":"B"})")});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.err, "tickweir query: 409: ambiguous.\n");
    EXPECT_TRUE(ran.out.starts_with("v:B  in sync: -")) << ran.out;
}

TEST_F(QueryTest, SaysWhatIsWrongWithAnAnswer) {
    EXPECT_EQ(run(about(Subject::status), {answer(200, "<html>")}).err,
              "tickweir query: the answer to /v1/status is not JSON: The JSON document has an "
              "improper structure: missing or superfluous commas, braces, missing keys, etc.\n");
    EXPECT_EQ(run(about(Subject::status), {answer(502, "<html>")}).err, "tickweir query: 502\n");
    const Ran cut = run(about(Subject::status), {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"});
    EXPECT_EQ(cut.status, 1);
    EXPECT_EQ(cut.err, "tickweir query: the answer ends after 2 of 9 bytes\n");
}

TEST_F(QueryTest, GivesUpOnAServerThatDoesNotAnswer) {
    const CannedServer silent;
    QueryOptions options = about(Subject::status);
    options.url = silent.url();
    options.timeout = std::chrono::milliseconds{1};
    std::ostringstream out;
    std::ostringstream err;
    // The connection comes about or not within the time, the answer never.
    EXPECT_NE(run_query(options, out, err), 0);
    EXPECT_NE(err.str().find("Connection timed out"), std::string::npos) << err.str();
}

TEST_F(QueryTest, SaysWhenThereIsNothingToConnectTo) {
    QueryOptions options = about(Subject::quote, {"A", "B"});
    {
        CannedServer gone;
        options.url = gone.url();
    }
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run_query(options, out, err), 2);
    EXPECT_EQ(err.str(), "tickweir query: cannot connect to " + options.url.substr(7) +
                             ": Connection refused\n");
    options.url = "http://[::g]:1";
    EXPECT_EQ(run_query(options, out, err), 2);
}

TEST_F(QueryTest, RefusesOptionsThatMakeNoSense) {
    const auto refusal = [](QueryOptions options) {
        std::ostringstream out;
        std::ostringstream err;
        EXPECT_EQ(run_query(options, out, err), 2);
        return err.str();
    };
    EXPECT_EQ(refusal(about(Subject::book)), "tickweir query: an instrument is missing\n");
    EXPECT_EQ(refusal(about(Subject::quote, {"A", ""})),
              "tickweir query: an instrument has an empty name\n");
    EXPECT_EQ(refusal(about(Subject::status, {"A"})), "tickweir query: unexpected argument 'A'\n");
    QueryOptions options = about(Subject::status);
    options.key = "a\r\nX: y";
    EXPECT_EQ(refusal(options),
              "tickweir query: the key is empty or has characters that cannot be sent\n");
    options = about(Subject::status);
    options.url = "https://h";
    EXPECT_EQ(refusal(options),
              "tickweir query: URL 'https://h': only http is spoken, not https\n");
}

TEST(ServerUrl, NamesHostAndPort) {
    const auto read = [](std::string_view url) {
        return std::get<HttpServer>(parse_server_url(url));
    };
    EXPECT_EQ(read("http://127.0.0.1:8080"), (HttpServer{"127.0.0.1", "8080"}));
    EXPECT_EQ(read("http://a-b.example/"), (HttpServer{"a-b.example", "80"}));
    EXPECT_EQ(read("http://[::1]:9"), (HttpServer{"::1", "9"}));
    EXPECT_EQ(read("http://[fe80::1%eth0]"), (HttpServer{"fe80::1%eth0", "80"}));
}

TEST(ServerUrl, RefusesEverythingElse) {
    for (const char* url :
         {"", "localhost:8080", "ftp://h", "http://", "http:///", "http://h:", "http://h:0",
          "http://h:65536", "http://h:x", "http://h/path", "http://h:1/path", "http://u@h",
          "http://[::1", "http://[]", "http://[::1]x", "http://h h", "http://h:1 "})
        EXPECT_TRUE(std::holds_alternative<std::string>(parse_server_url(url))) << url;
}

TEST(PercentEncoding, LeavesOnlyWhatNeedsNoEscape) {
    EXPECT_EQ(percent_encoded("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(percent_encoded("XBT/USD +%\xc3"), "XBT%2FUSD%20%2B%25%C3");
}

}  // namespace
}  // namespace tickweir::gateway
