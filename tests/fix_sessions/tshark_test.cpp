// What the gateway sends, as another's decoder reads it: tshark, where it is installed, has to find
// every message, and nothing to complain about.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fix_sessions/gateway_peer.hpp"
#include "tests/fix_sessions/player.hpp"
#include "tests/fix_sessions/script.hpp"

namespace tickweir::tests::fix_sessions {
namespace {

namespace fs = std::filesystem;

/// Every kind of message that the session layer has.
const std::string tour = R"(# All that is sent.
> 35=A 98=0 108=1
< 35=A
> 35=1 112=there
< 35=0
> 35=D 11=1 55=ACME 54=1 38=1 40=1 60={now}
< 35=j
> 35=1
< 35=3
> 35=ZZ
< 35=3
> 35=2 7=1 16=0
< 35=4
< 35=j 43=Y
< 35=3 43=Y
< 35=3 43=Y
> 35=1 34=9 112=waits
< 35=2
> 35=4 34=7 43=Y 122={now} 123=Y 36=9
< 35=0
ignore 35=0
< 35=1
> 35=0 112=$112
> 35=5
< 35=5
= closed
)";

/// A file of packets (pcap, LINKTYPE_RAW: IPv4), one segment a message.
class SegmentFile {
public:
    explicit SegmentFile(const fs::path& path) : file_{path, std::ios::binary} {
        put<std::uint32_t>({0xa1b2c3d4, 0x00040002, 0, 0, 65'535, 101});
    }

    void write(const std::string& payload) {
        constexpr std::size_t headers = 40;
        const auto bytes = static_cast<std::uint32_t>(headers + payload.size());
        put<std::uint32_t>({1'700'000'000 + packets_, 0, bytes, bytes});
        big16(0x4500);
        big16(static_cast<std::uint16_t>(bytes));
        big32(packets_++ << 16);
        big32(0x40060000);  // TTL 64, TCP, no checksum
        big32(0x7f000001);
        big32(0x7f000001);
        big16(port);
        big16(40'000);
        big32(sequence_);
        big32(1);
        big16(0x5018);  // 20 bytes of header, PSH and ACK
        big16(65'535);
        big32(0);
        file_ << payload;
        sequence_ += static_cast<std::uint32_t>(payload.size());
    }

    static constexpr std::uint16_t port = 9'878;

private:
    template <class Number>
    void put(std::initializer_list<Number> numbers) {
        for (const Number number : numbers)
            file_.write(reinterpret_cast<const char*>(&number), sizeof number);
    }
    void big16(std::uint16_t value) {
        file_.put(static_cast<char>(value >> 8)).put(static_cast<char>(value & 255));
    }
    void big32(std::uint32_t value) {
        big16(static_cast<std::uint16_t>(value >> 16));
        big16(static_cast<std::uint16_t>(value & 65'535));
    }

    std::ofstream file_;
    std::uint32_t packets_ = 0;
    std::uint32_t sequence_ = 1;
};

struct Finished {
    int status = -1;
    std::string out;
};

Finished run(const std::string& command) {
    Finished done;
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return done;
    std::array<char, 4'096> bytes;
    while (const std::size_t got = std::fread(bytes.data(), 1, bytes.size(), pipe))
        done.out.append(bytes.data(), got);
    done.status = ::pclose(pipe);
    return done;
}

/// What tshark says of each packet, by fields.
std::vector<std::string> decoded(const fs::path& file, const std::string& fields) {
    const Finished done =
        run("tshark -n -r " + file.string() + " -d tcp.port==" + std::to_string(SegmentFile::port) +
            ",fix -o tcp.check_checksum:FALSE -T fields " + fields + " 2>/dev/null");
    EXPECT_EQ(done.status, 0);
    std::vector<std::string> lines;
    std::istringstream text{done.out};
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

TEST(Tshark, HasNothingToComplainAboutInWhatTheGatewaySends) {
    if (run("command -v tshark").status != 0) GTEST_SKIP() << "tshark is not installed";
    const auto script = parse_script("tour", tour);
    ASSERT_EQ(script.index(), 0U) << std::get<std::string>(script);
    GatewayPeer peer{{}};
    const TemporaryDirectory directory;
    const fs::path path = fs::path{directory.path()} / "sent.pcap";
    std::vector<std::string> types;
    {
        SegmentFile file{path};
        PlayerOptions options;
        options.heard = [&](const Received& message) {
            types.push_back(message.find(35).value());
            file.write(message.text);
        };
        ASSERT_EQ(play(std::get<Script>(script), peer, options), "");
    }
    EXPECT_EQ(decoded(path, "-e fix.MsgType"), types);
    // Nothing that is undefined, out of place, wrongly summed or cut short.
    for (const std::string& line : decoded(path, "-e _ws.expert.message -e _ws.malformed"))
        EXPECT_EQ(line.find_first_not_of('\t'), std::string::npos) << line;
}

TEST(Tshark, WouldComplain) {
    if (run("command -v tshark").status != 0) GTEST_SKIP() << "tshark is not installed";
    const TemporaryDirectory directory;
    const fs::path path = fs::path{directory.path()} / "sent.pcap";
    SegmentFile{path}.write(
        raw_message("8=FIX.4.4|9={len}|35=0|34=1|49=A|52={now}|56=B|10={sum+1}|",
                    std::chrono::system_clock::now()));
    const auto lines = decoded(path, "-e _ws.expert.message");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0], "");
}

}  // namespace
}  // namespace tickweir::tests::fix_sessions
