// The player itself: against a peer of canned answers, and the language of the scripts.
#include "tests/fix_sessions/player.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <vector>

namespace tickweir::tests::fix_sessions {
namespace {

using namespace std::chrono_literals;

/// Answers the n-th message of each connection with the n-th text, verbatim, and ends the
/// connection behind the last one.
class CannedPeer final : public Peer {
public:
    explicit CannedPeer(std::vector<std::string> answers) : answers_{std::move(answers)} {}
    ~CannedPeer() override { stop(); }

    std::uint16_t start() override {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* const plain = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, plain, length), 0);
        EXPECT_EQ(::listen(listener_, 16), 0);
        EXPECT_EQ(::getsockname(listener_, plain, &length), 0);
        ++starts;
        thread_ = std::thread{[this] {
            for (int fd = accept(); fd >= 0; fd = accept()) {
                serve(fd);
                ::close(fd);
            }
        }};
        return ntohs(address.sin_port);
    }

    void stop() override {
        if (listener_ < 0) return;
        ::shutdown(listener_, SHUT_RDWR);
        if (thread_.joinable()) thread_.join();
        ::close(std::exchange(listener_, -1));
    }

    std::vector<Received> heard;
    int starts = 0;

private:
    int accept() const { return ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); }

    void serve(int fd) {
        std::string buffer;
        for (const std::string& answer : answers_) {
            Taken taken = take_message(buffer);
            while (!taken.message && taken.wrong.empty()) {
                std::array<char, 4'096> bytes;
                const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), 0);
                if (got <= 0) return;
                buffer.append(bytes.data(), static_cast<std::size_t>(got));
                taken = take_message(buffer);
            }
            if (!taken.message) return;
            heard.push_back(*taken.message);
            std::string text;
            for (std::string_view rest = answer; !rest.empty();) {
                const auto end = std::min(rest.find('#'), rest.size());
                text += raw_message(rest.substr(0, end), std::chrono::system_clock::now());
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
            static_cast<void>(::send(fd, text.data(), text.size(), MSG_NOSIGNAL));
        }
    }

    std::vector<std::string> answers_;
    int listener_ = -1;
    std::thread thread_;
};

std::string answer(const std::string& body) {
    return "8=FIX.4.4|9={len}|35=" + body + "|10={sum}|";
}

const std::string logon = answer("A|34=1|49=TICKWEIR|52={now}|56=CLIENT1|98=0|108=30|58=well come");

/// Long, but for what is expected not to come.
std::string played(const std::string& text, CannedPeer& peer,
                   std::chrono::milliseconds patience = 20s) {
    auto script = parse_script("test", "# A rule.\n" + text);
    if (auto* wrong = std::get_if<std::string>(&script)) return *wrong;
    return play(std::get<Script>(script), peer, {.patience = patience});
}

std::string played(const std::string& text, std::vector<std::string> answers,
                   std::chrono::milliseconds patience = 20s) {
    CannedPeer peer{std::move(answers)};
    return played(text, peer, patience);
}

TEST(PlayerTest, PlaysWhatIsAsItHasToBe) {
    EXPECT_EQ(played("> 35=A 98=0 108=30\n"
                     "< 35=A 34=1 98=0 !141 58~\"l c\" 108=*\n= closed\n",
                     {logon}),
              "");
}

TEST(PlayerTest, FillsInWhatTheScriptLeavesOut) {
    CannedPeer peer{{logon, logon, logon, logon}};
    EXPECT_EQ(played("> 35=A 98=0 108=30\n< 35=A\n"
                     "drip 35=1 112=x 34=9 52={now-5}\n< 35=A\n"
                     "> 35=D !52 49=OTHER 9={len-3} 10={sum+1}\n",
                     peer),
              "");
    ASSERT_EQ(peer.heard.size(), 2U);  // the last one has a wrong length
    EXPECT_EQ(peer.heard[0].find(34), "1");
    EXPECT_EQ(peer.heard[0].find(49), "CLIENT1");
    EXPECT_EQ(peer.heard[0].find(56), "TICKWEIR");
    EXPECT_EQ(peer.heard[0].fields[2].first, 35U);
    EXPECT_EQ(peer.heard[1].find(34), "9");
    EXPECT_EQ(peer.heard[1].find(112), "x");
    EXPECT_NE(peer.heard[1].find(52), peer.heard[0].find(52));
}

TEST(PlayerTest, CountsNumbersOverConnectionsAndRestarts) {
    CannedPeer peer{{logon}};
    EXPECT_EQ(played("> 35=A\n< 35=A\n= closed\n> 35=A\n< 35=A\nrestart\n"
                     "> 35=A 34=7\n< 35=A\n= closed\nhold > 35=A 43=Y 34=2\n> 35=A\n< 35=A\n"
                     "= closed\n> 35=A 141=Y\n< 35=A\n= closed\n",
                     peer),
              "");
    std::string numbers;
    for (const Received& message : peer.heard)
        numbers += message.find(34).value_or("?") + ' ';
    EXPECT_EQ(numbers, "1 2 7 2 1 ");
    EXPECT_EQ(peer.starts, 2);
}

TEST(PlayerTest, NamesTheLineAndWhatWasSeen) {
    const std::string begin = "> 35=A\n";
    const auto expect = [&](const std::string& line, const std::string& seen,
                            std::vector<std::string> answers = {logon}) {
        const bool comes_late = answers.size() == 2;
        const std::string wrong =
            played(begin + line + '\n', std::move(answers), comes_late ? 50ms : 20s);
        EXPECT_TRUE(wrong.starts_with("test:3: " + line + "\n  " + seen)) << wrong;
    };
    expect("< 35=A 108=31", "108 is 30 and has to be 31\n  in 8=FIX.4.4|9=");
    expect("< 35=A 141=Y", "141 is missing and has to be Y");
    expect("< 35=A !98", "98 is 0 and must not be there");
    expect("< 35=A 7=*", "7 is missing");
    expect("< 35=A 58~cold", "58 is well come and has to contain cold");
    expect("< 35=A", "the peer ended the connection", {""});
    expect("< 35=A", "nothing came", {"", ""});
    expect("= closed", "before the end the peer sent 8=FIX.4.4");
    expect("= closed", "the peer did not end the connection", {"", ""});
    expect("< 35=A", "the peer sent what does not begin as a message", {"hello"});
    expect("< 35=A", "its length or checksum is wrong", {"8=FIX.4.4|9={len}|35=A|10={sum+1}|"});
    expect("< 35=A", "9 is not the second field", {"8=FIX.4.4|35=A|10={sum}|"});
    expect("< 35=A", "35 is not third", {"8=FIX.4.4|9={len}|34=1|35=A|10={sum}|"});
    expect("< 35=A", "49 is X and has to be TICKWEIR", {answer("A|49=X|56=CLIENT1|34=1|52={now}")});
    expect("< 35=A", "52 is ", {answer("A|49=TICKWEIR|56=CLIENT1|34=1|52={now-90}")});
    expect("< 35=A", "58 has no value", {answer("A|49=TICKWEIR|56=CLIENT1|34=1|52={now}|58=")});
}

TEST(PlayerTest, PassesOverWhatIsIgnoredAndSendsBackWhatItGot) {
    const std::string heartbeat = answer("0|34=1|49=TICKWEIR|52={now}|56=CLIENT1");
    CannedPeer peer{{heartbeat + '#' + logon, heartbeat}};
    EXPECT_EQ(played("> 35=A\nignore 35=0\n< 35=A\n> 35=0 58=$58\n= closed\n", peer), "");
    ASSERT_EQ(peer.heard.size(), 2U);
    EXPECT_EQ(peer.heard[1].find(58), "well come");
    EXPECT_EQ(played("admin logout X\n", {}), "test:2: admin logout X\n  nobody can logout X");
}

TEST(PlayerTest, ReadsMessagesInWhateverPiecesTheyCome) {
    std::string whole = raw_message(logon, std::chrono::system_clock::now());
    std::string buffer;
    for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
        buffer += whole[i];
        const Taken taken = take_message(buffer);
        ASSERT_FALSE(taken.message) << i;
        ASSERT_EQ(taken.wrong, "") << i;
    }
    buffer += whole.back() + whole;
    EXPECT_TRUE(take_message(buffer).message);
    EXPECT_TRUE(take_message(buffer).message);
    EXPECT_EQ(buffer, "");
}

TEST(ScriptTest, SaysWhatCannotBePlayed) {
    const auto wrong = [](const std::string& text) {
        const auto parsed = parse_script("s", text);
        return parsed.index() == 1 ? std::get<std::string>(parsed) : "";
    };
    EXPECT_EQ(wrong("> 35=A\n"), "s:1: it does not say which rule it is about");
    EXPECT_EQ(wrong("# Rule\n\n"), "s:2: there is nothing to play");
    EXPECT_EQ(wrong("# Rule\nsleep 5\n"), "s:2: 'sleep 5' is nothing that can be played");
    EXPECT_EQ(wrong("# Rule\n> 35=A x=5\n"), "s:2: 'x=5' is no field");
    EXPECT_EQ(wrong("# Rule\n< 34=1\n"), "s:2: 35 has to come first");
    EXPECT_EQ(wrong("# Rule\nhold < 35=A\n"), "s:2: only what is sent can be held");
    EXPECT_EQ(wrong("# Rule\nhold > 35=A\n"), "s:2: what is held is never sent");
    EXPECT_EQ(wrong("# Rule\nconfig x\n> 35=A\n"), "s:2: 'x' is no KEY=VALUE");
    EXPECT_EQ(wrong("# Rule\n> 35=A\n= open\n"), "s:3: '= open' is nothing that can be played");
}

TEST(ScriptTest, NamesTestsAfterFiles) {
    EXPECT_EQ(camel_case("reject_missing_tag"), "RejectMissingTag");
    EXPECT_EQ(camel_case("logon_2_days"), "Logon2Days");
}

}  // namespace
}  // namespace tickweir::tests::fix_sessions
