// The captures of the project are what their README says: each command there makes its file again.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "replay/byte_source.hpp"
#include "tests/end_to_end/run_program.hpp"

namespace tickweir::tests {
namespace {

namespace fs = std::filesystem;
using replay::tests::Buffer;

const fs::path captures = fs::path{TICKWEIR_SOURCE} / "captures";

/// The arguments of each `tickweir simulate ...` in the text, by the name of the file it writes.
/// A command goes on behind a backslash, and ends at a backtick or with the line.
std::map<std::string, std::vector<std::string>> commands_in(std::string text) {
    for (std::size_t at = 0; (at = text.find("\\\n", at)) != std::string::npos;)
        text.replace(at, 2, " ");
    std::map<std::string, std::vector<std::string>> commands;
    constexpr std::string_view start = "tickweir simulate ";
    for (std::size_t at = 0; (at = text.find(start, at)) != std::string::npos; ++at) {
        const std::size_t end = std::min(text.find_first_of("`\n", at), text.size());
        std::istringstream words{text.substr(at, end - at)};
        std::vector<std::string> arguments;
        std::string word;
        words >> word;
        while (words >> word)
            arguments.push_back(word);
        const auto out = std::ranges::find(arguments, "--out");
        if (arguments.end() - out < 2) continue;
        commands[fs::path{out[1]}.filename()] = arguments;
    }
    return commands;
}

/// The decompressed bytes.
Buffer content(const fs::path& path) {
    auto source = replay::ByteSource::open(path);
    if (!source) {
        ADD_FAILURE() << source.error();
        return {};
    }
    Buffer bytes;
    Buffer piece(1 << 16);
    for (;;) {
        const replay::ReadResult got = source->read(piece);
        replay::tests::append(bytes, codecs::Bytes{piece}.first(got.bytes));
        if (got.status == replay::ReadStatus::ok) continue;
        EXPECT_EQ(got.status, replay::ReadStatus::end) << path << source->damage().what;
        return bytes;
    }
}

TEST(Captures, AreMadeByTheCommandsInTheirReadme) {
    const auto commands = commands_in(text_of(captures / "README.md"));
    EXPECT_FALSE(commands.empty()) << captures / "README.md";
    const replay::tests::TempDir directory;
    for (auto [name, arguments] : commands) {
        *(std::ranges::find(arguments, "--out") + 1) = directory / name;
        const Finished made = run_program(arguments);
        ASSERT_EQ(made.status, 0) << made.err;
        EXPECT_TRUE(content(directory / name) == content(captures / name))
            << name << " is not what the README's command makes";
    }
}

TEST(Captures, AreAllInTheirReadme) {
    const auto commands = commands_in(text_of(captures / "README.md"));
    for (const auto& entry : fs::directory_iterator{captures}) {
        const std::string name = entry.path().filename();
        if (name == "README.md") continue;
        EXPECT_TRUE(commands.contains(name)) << name;
        EXPECT_LT(entry.file_size(), 1'000'000u) << name << " is too large to keep in the project";
    }
}

TEST(Captures, AreReadWithoutComplaint) {
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator{captures}) {
        if (entry.path().extension() == ".md") continue;
        const Finished inspected = run_program({"inspect", entry.path()});
        EXPECT_EQ(inspected.status, 0) << inspected.err;
        EXPECT_EQ(inspected.err, "");
        const Finished replayed = run_program({"replay", entry.path()});
        EXPECT_EQ(replayed.status, 0) << replayed.err;
        ++files;
    }
    EXPECT_GT(files, 0u);
}

}  // namespace
}  // namespace tickweir::tests
