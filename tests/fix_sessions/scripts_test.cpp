// The FIX session layer, a rule a script: each of scripts/*.script is played against the gateway's
// FIX role over a socket, and is a test of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
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

std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

/// `CLIENT1` and `CLIENT2` are sessions of the script's own.
std::string own_name(const std::string& client, std::size_t script) {
    return client + '-' + std::to_string(script);
}

std::string with_own_names(std::string text, std::size_t script) {
    for (const std::string client : {"CLIENT1", "CLIENT2"}) {
        const std::string own = own_name(client, script);
        for (auto at = text.find(client); at != text.npos; at = text.find(client, at + own.size()))
            text.replace(at, client.size(), own);
    }
    return text;
}

/// Whether it needs a peer that no other script uses.
bool needs_its_own(const Script& script) {
    return !script.config.empty() ||
           std::ranges::count(script.steps, Step::Kind::restart, &Step::kind) != 0;
}

GatewayPeerOptions options_of(const std::map<std::string, std::string>& config) {
    GatewayPeerOptions options;
    for (const auto& [key, value] : config) {
        if (key == "password")
            options.password = value;
        else if (key == "dictionary")
            options.dictionary = value != "no";
        else
            throw std::invalid_argument{"config '" + key + "' is unknown"};
    }
    return options;
}

class FixSession : public testing::TestWithParam<std::size_t> {
protected:
    static void SetUpTestSuite() {
        GatewayPeerOptions options;
        options.sessions.clear();
        const std::vector<fs::path> paths = scripts();
        for (std::size_t i = 0; i < paths.size(); ++i) {
            options.sessions.push_back(own_name("CLIENT1", i));
            if (text_of(paths[i]).find("CLIENT2") != std::string::npos)
                options.sessions.push_back(own_name("CLIENT2", i));
        }
        shared_ = std::make_unique<GatewayPeer>(std::move(options));
    }
    static void TearDownTestSuite() { shared_.reset(); }

    static std::string played(const Script& script) {
        if (needs_its_own(script)) {
            GatewayPeer peer{options_of(script.config)};
            return play(script, peer);
        }
        SharedPeer peer{*shared_};
        return play(script, peer, {.sender = own_name("CLIENT1", GetParam())});
    }

    inline static std::unique_ptr<GatewayPeer> shared_;
};

TEST_P(FixSession, Keeps) {
    const fs::path path = scripts().at(GetParam());
    const std::string text = text_of(path);
    const std::string name = path.filename().string();
    auto parsed = parse_script(name, text);
    if (const Script* const script = std::get_if<Script>(&parsed);
        script != nullptr && !needs_its_own(*script))
        parsed = parse_script(name, with_own_names(text, GetParam()));
    if (const auto* wrong = std::get_if<std::string>(&parsed)) FAIL() << *wrong;
    const Script& script = std::get<Script>(parsed);
    const std::string wrong = played(script);
    EXPECT_EQ(wrong, "") << script.rule;
}

INSTANTIATE_TEST_SUITE_P(, FixSession, testing::Range(std::size_t{0}, scripts().size()),
                         [](const auto& script) {
                             return camel_case(scripts().at(script.param).stem().string());
                         });

}  // namespace
}  // namespace tickweir::tests::fix_sessions
