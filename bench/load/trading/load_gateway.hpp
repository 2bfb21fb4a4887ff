// The gateway that a load goes to: one of its own, started with a venue made for it, or one that
// runs already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/load/trading/arguments.hpp"
#include "bench/load/trading/gateway_process.hpp"
#include "bench/load/trading/venue_file.hpp"

namespace tickweir::bench {

/// The options that all loads have, with a load's own.
Arguments::Defaults load_options(Arguments::Defaults own);

/// Of a gateway that is started: further variables NAME=VALUE, and settings key=value.
struct GatewayExtras {
    std::vector<std::string> environment;
    std::vector<std::string> settings;
};

class LoadGateway {
public:
    /// Throws std::runtime_error where none can be had. One that is started has the venue of `file`
    /// in a directory of its own.
    LoadGateway(const Arguments& arguments, VenueFile file, GatewayExtras extras = {});

    FixAddress fix() const { return fix_; }
    FixAddress http() const { return http_; }
    /// -1: it is somebody else's.
    pid_t process() const { return own_ ? own_->id() : -1; }
    /// Ends one that was started; throws where it does not end well.
    void stop() {
        if (own_) own_->stop();
    }

private:
    std::optional<Workplace> place_;
    std::optional<GatewayProcess> own_;
    FixAddress fix_;
    FixAddress http_;
};

}  // namespace tickweir::bench
