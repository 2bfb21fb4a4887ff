// Runs the program as a user does, in a process of its own, and keeps what it said.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "tests/replay/support.hpp"

extern char** environ;

namespace tickweir::tests {

/// How a run of the program ended.
struct Finished {
    int status = -1;  ///< exit status; 128 + n after signal n
    std::string out;
    std::string err;
};

inline std::string text_of(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// Starts `tickweir ARGUMENTS...` with an empty stdin; none where it cannot be started.
inline std::optional<pid_t> start_program(const std::vector<std::string>& arguments,
                                          const std::string& out_path,
                                          const std::string& err_path) {
    std::vector<std::string> words{TICKWEIR_BINARY};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out_path.c_str(), flags, 0600);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err_path.c_str(), flags, 0600);
    pid_t child = 0;
    const int failed = posix_spawn(&child, TICKWEIR_BINARY, &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    EXPECT_EQ(failed, 0) << "cannot run " << TICKWEIR_BINARY;
    if (failed != 0) return std::nullopt;
    return child;
}

/// Whether a process is over; leaves it to be waited for.
inline bool has_ended(pid_t child) {
    siginfo_t info{};
    EXPECT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT), 0);
    return info.si_pid == child;
}

/// Waits for a process to end; gives its exit status, or 128 + n after signal n.
inline int wait_for(pid_t child) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Runs the program to its end. Stdout goes to `out_path` if given.
inline Finished run_program(const std::vector<std::string>& arguments, std::string out_path = {}) {
    const replay::tests::TempDir directory;
    const std::string err_path = directory / "err";
    if (out_path.empty()) out_path = directory / "out";
    const auto child = start_program(arguments, out_path, err_path);
    if (!child) return {};
    const int status = wait_for(*child);
    return {status, std::filesystem::is_regular_file(out_path) ? text_of(out_path) : "",
            text_of(err_path)};
}

}  // namespace tickweir::tests
