// A `tickweir serve` as a process of a load's own: started on free ports, asked what it uses, and
// stopped at the end.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/load/trading/memory_verdict.hpp"
#include "bench/load/trading/session_socket.hpp"

namespace tickweir::bench {

struct ProcessUse {
    double cpu_seconds = 0;  ///< user and system, all threads
    std::size_t resident_bytes = 0;
    std::size_t resident_most_bytes = 0;  ///< VmHWM
};

/// What a process uses now; zeros where there is none.
ProcessUse use_of(pid_t process);
/// The same of its memory in more detail, and of all sockets' buffers.
MemorySample memory_of(pid_t process, double at);

struct GatewayCommand {
    std::filesystem::path program;
    std::filesystem::path config;
    std::filesystem::path log;             ///< its standard error
    std::vector<std::string> environment;  ///< further NAME=VALUE
    std::vector<std::string> settings;     ///< key=value, beside those of `config`
    std::vector<unsigned> cores;           ///< it may run on; none: all
};

class GatewayProcess {
public:
    /// Starts it and waits until it says where it can be reached; throws std::runtime_error with
    /// the end of its log where it does not.
    explicit GatewayProcess(const GatewayCommand& command);
    GatewayProcess(const GatewayProcess&) = delete;
    GatewayProcess& operator=(const GatewayProcess&) = delete;
    /// Kills what was not stopped: an error is on its way out.
    ~GatewayProcess();

    FixAddress fix() const { return {.host = "127.0.0.1", .port = fix_port_}; }
    FixAddress http() const { return {.host = "127.0.0.1", .port = http_port_}; }
    ProcessUse use() const { return use_of(process_); }
    pid_t id() const { return process_; }

    /// SIGTERM; throws where it does not end well.
    void stop();

private:
    void read_addresses();

    GatewayCommand command_;
    gateway::Descriptor output_;  // open for as long as it may write
    pid_t process_ = -1;
    std::uint16_t fix_port_ = 0;
    std::uint16_t http_port_ = 0;
};

}  // namespace tickweir::bench
