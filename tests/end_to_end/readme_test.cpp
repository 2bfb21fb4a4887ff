// The front door keeps its word: every command of the README that calls the program works as
// pasted. Output files are put into a directory of the test's instead of the one that the text
// names.
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/end_to_end/run_program.hpp"

namespace tickweir::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view program = "build/release/tickweir ";
constexpr std::string_view output_directory = "/tmp/";
constexpr std::string_view captures_directory = "captures/";

/// The arguments of each line that starts with the program's name.
std::vector<std::vector<std::string>> commands_in(const std::string& text) {
    std::vector<std::vector<std::string>> commands;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(program)) continue;
        std::istringstream words{line.substr(program.size())};
        std::vector<std::string>& arguments = commands.emplace_back();
        for (std::string word; words >> word && word != "#";)
            arguments.push_back(word);
    }
    return commands;
}

/// Commands that need a running gateway, or are one, or a feed, or look at what one left: they are
/// tried in serve/readme_clients_test.py, serve/venue_data_test.py and live/readme_feed_test.py.
bool is_of_a_gateway(const std::vector<std::string>& arguments) {
    return arguments[0] == "query" || arguments[0] == "admin" || arguments[0] == "publish" ||
           arguments[0] == "venue" || arguments[0] == "verify" ||
           (arguments[0] == "serve" && arguments.back() != "--print-config");
}

TEST(Readme, CommandsWorkAsPasted) {
    const fs::path source = TICKWEIR_SOURCE;
    const auto commands = commands_in(text_of(source / "README.md"));
    EXPECT_GE(commands.size(), 8u);
    const replay::tests::TempDir directory;
    for (std::vector<std::string> arguments : commands) {
        if (is_of_a_gateway(arguments)) continue;
        for (std::string& argument : arguments) {
            if (argument.starts_with(output_directory))
                argument = directory / argument.substr(output_directory.size());
            else if (argument.starts_with(captures_directory))
                argument = source / argument;
        }
        const Finished done = run_program(arguments);
        EXPECT_EQ(done.status, 0) << arguments[0] << ": " << done.err;
    }
    for (const char* written :
         {"top.csv", "changes.jsonl.gz", "day.itch.zst", "feed.pcap", "okx.jsonl.gz"})
        EXPECT_GT(fs::file_size(fs::path{std::string{directory / written}}), 0u) << written;
}

}  // namespace
}  // namespace tickweir::tests
