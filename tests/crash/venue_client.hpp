// A client outside of a venue's process: starts it, sends commands as a random stream has them,
// writes down what it is told, and kills it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/crash/promises.hpp"
#include "tests/support/venue_stream.hpp"

namespace tickweir::tests {

/// What a process said when it had recovered.
struct Recovered {
    txn::log::Lsn lsn{};
    txn::log::Lsn snapshot{};
    bool torn = false;
    std::uint64_t bad_snapshots = 0;
    std::chrono::microseconds took{};
    std::string state;  ///< as text
};

class VenueProcess {
public:
    /// Throws std::system_error where the machine does not let it.
    VenueProcess(const std::string& program, const std::string& directory, std::uint16_t shards,
                 std::uint64_t seed);
    VenueProcess(const VenueProcess&) = delete;
    VenueProcess& operator=(const VenueProcess&) = delete;
    ~VenueProcess();

    /// Waits until it has recovered; false if it ended, or did not by then.
    bool wait_recovered(std::chrono::steady_clock::time_point until, Recovered& recovered);

    /// Sends what is given and hears what there is, until something moved or the time is up.
    /// False once the process has gone.
    bool exchange(std::vector<Frame>& to, std::vector<FrameReader>& from,
                  std::chrono::steady_clock::time_point until);

    /// Kills it; false if it had ended before, by itself.
    bool kill();
    /// Nothing comes any more; what is still said goes to `from`. Its exit status, -1 for a signal.
    int finish(std::vector<FrameReader>& from);
    /// What was said after the kill was on its way already.
    void drain(std::vector<FrameReader>& from);

private:
    bool receive(std::size_t shard, FrameReader& from);

    pid_t process_ = -1;
    int report_ = -1;
    std::string said_;
    std::vector<int> sockets_;
};

}  // namespace tickweir::tests
