// Answers in one piece and byte by byte, and everything that is no answer.
#include "gateway/commands/http_answer_reader.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

using State = HttpAnswerReader::State;

const std::string good = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Other: a\r\n\r\nhello";

std::string refusal(const std::string& bytes) {
    HttpAnswerReader answer;
    answer.on_bytes(bytes);
    return answer.on_end() == State::refused ? answer.reason() : "(taken)";
}

TEST(HttpAnswerReader, ReadsAnAnswer) {
    HttpAnswerReader answer;
    EXPECT_EQ(answer.on_bytes(good), State::finished);
    EXPECT_EQ(answer.status(), 200u);
    EXPECT_EQ(answer.body(), "hello");
    EXPECT_EQ(answer.on_end(), State::finished);
    EXPECT_EQ(answer.on_bytes("more"), State::finished);
    EXPECT_EQ(answer.body(), "hello");
}

TEST(HttpAnswerReader, ReadsAnAnswerByteByByte) {
    HttpAnswerReader answer;
    for (std::size_t i = 0; i + 1 < good.size(); ++i)
        ASSERT_EQ(answer.on_bytes(good.substr(i, 1)), State::unfinished) << i;
    EXPECT_EQ(answer.on_bytes("o"), State::finished);
    EXPECT_EQ(answer.body(), "hello");
}

TEST(HttpAnswerReader, TakesVariantsOfTheForm) {
    HttpAnswerReader lines;
    EXPECT_EQ(lines.on_bytes("HTTP/1.0 404\ncontent-LENGTH:\t2 \n\n{}rest"), State::finished);
    EXPECT_EQ(lines.status(), 404u);
    EXPECT_EQ(lines.body(), "{}");
    HttpAnswerReader interim;
    EXPECT_EQ(interim.on_bytes("HTTP/1.1 100 Continue\r\n\r\n" + good), State::finished);
    EXPECT_EQ(interim.status(), 200u);
    HttpAnswerReader empty;
    EXPECT_EQ(empty.on_bytes("HTTP/1.1 204 No Content\r\n\r\n"), State::finished);
    HttpAnswerReader twice;
    EXPECT_EQ(twice.on_bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n"),
              State::finished);
}

TEST(HttpAnswerReader, RefusesEveryTruncation) {
    EXPECT_EQ(refusal(""), "the connection was closed without an answer");
    for (std::size_t i = 1; i < good.size() - 5; ++i)
        EXPECT_EQ(refusal(good.substr(0, i)), "the answer ends in its head") << i;
    EXPECT_EQ(refusal(good.substr(0, good.size() - 1)), "the answer ends after 4 of 5 bytes");
}

TEST(HttpAnswerReader, RefusesOtherProtocols) {
    for (const char* line : {"SSH-2.0-x", "HTTP/2 200", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK",
                             "HTTP/1.1 abc", "HTTP/1.1 600 X", "HTTP/1.1 099 X", ""})
        EXPECT_EQ(refusal(line + std::string{"\r\n\r\n"}),
                  "this is no HTTP/1.1 answer: '" + std::string{line} + "'");
}

TEST(HttpAnswerReader, RefusesLengthsItCannotTrust) {
    const auto with = [](const std::string& fields) {
        return refusal("HTTP/1.1 200 OK\r\n" + fields + "\r\n");
    };
    EXPECT_EQ(with("Transfer-Encoding: gzip\r\n"),
              "the answer has Transfer-Encoding 'gzip'; only chunked is read");
    EXPECT_EQ(with("Content-Length: -1\r\n"), "the answer has Content-Length '-1'");
    EXPECT_EQ(with("Content-Length:\r\n"), "the answer has Content-Length ''");
    EXPECT_EQ(with("Content-Length: 1\r\nContent-Length: 2\r\n"),
              "the answer has Content-Length '2'");
    EXPECT_EQ(with("Content-Length: 67108865\r\n"),
              "the answer has 67108865 bytes, more than 67108864");
    EXPECT_EQ(with("no colon\r\n"), "a header field has no colon: 'no colon'");
}

const std::string chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "4\r\nhell\r\n00A;x=y\r\no, worlds!\r\n0\r\nTrailer: x\r\n\r\n";

TEST(HttpAnswerReader, ReadsABodyInChunks) {
    HttpAnswerReader whole;
    EXPECT_EQ(whole.on_bytes(chunked + "rest"), State::finished);
    EXPECT_EQ(whole.body(), "hello, worlds!");
    HttpAnswerReader bytes;
    for (std::size_t i = 0; i + 1 < chunked.size(); ++i)
        ASSERT_EQ(bytes.on_bytes(chunked.substr(i, 1)), State::unfinished) << i;
    EXPECT_EQ(bytes.on_bytes("\n"), State::finished);
    EXPECT_EQ(bytes.body(), "hello, worlds!");
}

TEST(HttpAnswerReader, RefusesChunksThatAreNone) {
    const auto with = [](const std::string& body) {
        return refusal("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
    };
    EXPECT_EQ(with("x\r\n"), "a chunk has no length");
    EXPECT_EQ(with("\r\n"), "a chunk has no length");
    EXPECT_EQ(with("ffffffffffffffffff\r\n"), "a chunk has no length");
    EXPECT_EQ(with("1\r\nab\r\n"), "a chunk does not end where it should");
    EXPECT_EQ(with("fffffffff\r\n"), "the body is longer than the limit");
    EXPECT_EQ(with("2\r\na"), "the answer ends inside its chunks, after 1 bytes");
    EXPECT_EQ(with(std::string(9'000, '0')), "a line between chunks is too long");
}

TEST(HttpAnswerReader, TakesTheEndOfTheConnectionForThatOfABodyOfNoToldLength) {
    HttpAnswerReader answer;
    EXPECT_EQ(answer.on_bytes("HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\n\r\n{}"),
              State::unfinished);
    EXPECT_EQ(answer.on_end(), State::finished);
    EXPECT_EQ(answer.body(), "{}");
    EXPECT_EQ(answer.retry_after(), 7u);
    HttpAnswerReader small{3};
    EXPECT_EQ(small.on_bytes("HTTP/1.1 200 OK\r\n\r\nabcd"), State::refused);
    EXPECT_EQ(small.reason(), "the answer has more than 3 bytes");
}

TEST(HttpAnswerReader, RefusesAHeadWithoutEnd) {
    HttpAnswerReader answer;
    State state = State::unfinished;
    const std::string piece(1'000, 'x');
    std::size_t fed = 0;
    for (; state == State::unfinished && fed < 10'000'000; fed += piece.size())
        state = answer.on_bytes(piece);
    EXPECT_EQ(state, State::refused);
    EXPECT_EQ(answer.reason(), "the head of the answer is larger than 65536 bytes");
    EXPECT_LT(fed, HttpAnswerReader::head_bytes_max + 2 * piece.size());
}

}  // namespace
}  // namespace tickweir::gateway
