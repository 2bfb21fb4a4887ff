// The FIX session layer, a rule a script: each of scripts/*.script is played against the gateway's
// FIX role over a socket, and is a test of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <variant>
#include <vector>

#include "tests/fix_sessions/gateway_peer.hpp"
#include "tests/fix_sessions/player.hpp"
#include "tests/fix_sessions/script.hpp"

namespace tickweir::tests::fix_sessions {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> scripts() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator{SCRIPTS})
        if (entry.path().extension() == ".script") found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

class FixSession : public testing::TestWithParam<fs::path> {};

TEST_P(FixSession, Keeps) {
    std::ifstream file{GetParam()};
    std::ostringstream text;
    text << file.rdbuf();
    const auto parsed = parse_script(GetParam().filename().string(), text.str());
    if (const auto* wrong = std::get_if<std::string>(&parsed)) FAIL() << *wrong;
    const Script& script = std::get<Script>(parsed);
    GatewayPeer peer{script.config};
    const std::string wrong = play(script, peer);
    EXPECT_EQ(wrong, "") << script.rule;
}

INSTANTIATE_TEST_SUITE_P(, FixSession, testing::ValuesIn(scripts()),
                         [](const auto& info) { return camel_case(info.param.stem().string()); });

}  // namespace
}  // namespace tickweir::tests::fix_sessions
