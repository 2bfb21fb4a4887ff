#include "bench/load/trading/gateway_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "bench/load/trading/proc_text.hpp"

namespace tickweir::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds start_patience{60};

/// In the child: becomes the gateway, or nothing.
[[noreturn]] void become(const GatewayCommand& command, int output) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!command.cores.empty()) {
        cpu_set_t set;
        CPU_ZERO(&set);
        for (const unsigned core : command.cores)
            CPU_SET(core, &set);
        (void)::sched_setaffinity(0, sizeof set, &set);
    }
    ::dup2(output, STDOUT_FILENO);
    const int log = ::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (log >= 0) ::dup2(log, STDERR_FILENO);
    for (const std::string& variable : command.environment)
        ::putenv(const_cast<char*>(variable.c_str()));
    std::vector<std::string> words{command.program, "serve", "--config", command.config};
    for (const std::string& setting : command.settings)
        words.insert(words.end(), {"--set", setting});
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(command.program.c_str(), arguments.data());
    ::_exit(127);
}

/// The number behind the last colon before a blank, of a line such as `fix://127.0.0.1:9878   x`.
std::uint16_t port_in(std::string_view line) {
    const std::size_t scheme = line.find("://");
    const std::size_t colon = line.find(':', scheme + 3);
    std::uint16_t port = 0;
    if (scheme == line.npos || colon == line.npos) return 0;
    std::from_chars(line.data() + colon + 1, line.data() + line.size(), port);
    return port;
}

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::string tail_of(const std::filesystem::path& path) {
    const std::string all = text_of(path);
    return all.substr(all.size() - std::min<std::size_t>(all.size(), 2'000));
}

}  // namespace

ProcessUse use_of(pid_t process) {
    ProcessUse use;
    const std::string directory = "/proc/" + std::to_string(process);
    const std::string status = text_of(directory + "/status");
    use.resident_bytes = kib_line(status, "VmRSS");
    use.resident_most_bytes = kib_line(status, "VmHWM");
    const std::string stat = text_of(directory + "/stat");
    // proc(5): behind the name in parentheses come the state and 10 more fields, then utime, stime.
    constexpr int fields_before = 11;
    std::string_view rest{stat};
    rest.remove_prefix(std::min(rest.size(), rest.rfind(')') + 1));
    for (int i = 0; i < fields_before && !rest.empty(); ++i)
        rest.remove_prefix(std::min(rest.size(), rest.find(' ', 1)));
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    const char* const end = rest.data() + rest.size();
    if (rest.empty()) return use;
    const auto first = std::from_chars(rest.data() + 1, end, user);
    if (first.ptr != end) std::from_chars(first.ptr + 1, end, system);
    use.cpu_seconds =
        static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return use;
}

MemorySample memory_of(pid_t process, double at) {
    const std::string directory = "/proc/" + std::to_string(process);
    const std::string status = text_of(directory + "/status");
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return {.at = at,
            .resident = kib_line(status, "VmRSS"),
            .resident_most = kib_line(status, "VmHWM"),
            .anonymous = kib_line(text_of(directory + "/smaps_rollup"), "Anonymous"),
            .sockets = socket_bytes(text_of("/proc/net/sockstat"), page)};
}

GatewayProcess::GatewayProcess(const GatewayCommand& command) : command_{command} {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"pipe failed"};
    output_ = gateway::Descriptor{ends[0]};
    process_ = ::fork();
    if (process_ == 0) become(command_, ends[1]);
    ::close(ends[1]);
    if (process_ < 0) throw std::runtime_error{"fork failed"};
    try {
        read_addresses();
    } catch (...) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        throw;
    }
}

GatewayProcess::~GatewayProcess() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

void GatewayProcess::read_addresses() {
    const auto deadline = steady_clock::now() + start_patience;
    std::string text;
    while (text.find("Ctrl-C") == text.npos) {
        pollfd polled{output_.get(), POLLIN, 0};
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
        if (left.count() <= 0 || ::poll(&polled, 1, static_cast<int>(left.count())) <= 0)
            throw std::runtime_error{"the gateway did not start within a minute: " +
                                     tail_of(command_.log)};
        std::array<char, 4'096> bytes;
        const ssize_t got = ::read(output_.get(), bytes.data(), bytes.size());
        if (got <= 0)
            throw std::runtime_error{command_.program.string() +
                                     " did not start: " + tail_of(command_.log)};
        text.append(bytes.data(), static_cast<std::size_t>(got));
    }
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.starts_with("fix://")) fix_port_ = port_in(line);
        if (line.starts_with("http://") && line.find("the page") != line.npos)
            http_port_ = port_in(line);
    }
    if (fix_port_ == 0) throw std::runtime_error{"the gateway has no FIX port: " + text};
}

void GatewayProcess::stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    if (status != 0)
        throw std::runtime_error{"the gateway ended with status " + std::to_string(status) + ": " +
                                 tail_of(command_.log)};
}

}  // namespace tickweir::bench
