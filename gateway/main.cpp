// The program's entry: decides which commands exist, runs one, and turns whatever happens into an
// exit status. No exception leaves it.
#include <exception>
#include <iostream>
#include <span>
#include <string_view>

#include "gateway/cli.hpp"
#include "gateway/commands/admin.hpp"
#include "gateway/commands/hash_password.hpp"
#include "gateway/commands/inspect.hpp"
#include "gateway/commands/publish.hpp"
#include "gateway/commands/query.hpp"
#include "gateway/commands/replay.hpp"
#include "gateway/commands/serve.hpp"
#include "gateway/commands/simulate.hpp"
#include "gateway/commands/venue.hpp"
#include "gateway/commands/verify.hpp"
#include "gateway/exit_status.hpp"

namespace tickweir::gateway {
namespace {

struct Runner {
    int operator()(const ShowText& show) const {
        std::cout << show.text;
        return static_cast<int>(ExitStatus::ok);
    }
    int operator()(const WrongUsage& wrong) const {
        std::cerr << wrong.line << '\n';
        return static_cast<int>(ExitStatus::usage);
    }
    int operator()(const ReplayOptions& options) const {
        return run_replay(options, std::cout, std::cerr);
    }
    int operator()(const InspectOptions& options) const {
        return run_inspect(options, std::cout, std::cerr);
    }
    int operator()(const SimulateOptions& options) const {
        return run_simulate(options, std::cout, std::cerr);
    }
    int operator()(const ServeOptions& options) const {
        return run_serve(options, std::cout, std::cerr);
    }
    int operator()(const QueryOptions& options) const {
        return run_query(options, std::cout, std::cerr);
    }
    int operator()(const PublishOptions& options) const {
        return run_publish(options, std::cout, std::cerr);
    }
    int operator()(const VenueOptions& options) const {
        return run_venue(options, std::cout, std::cerr);
    }
    int operator()(const VerifyOptions& options) const {
        return run_verify(options, std::cout, std::cerr);
    }
    int operator()(const AdminOptions& options) const {
        return run_admin(options, std::cout, std::cerr);
    }
    int operator()(const HashPasswordOptions& options) const {
        return run_hash_password(options, std::cin, std::cout, std::cerr);
    }
};

int run(std::span<const char* const> arguments) {
    std::ios::sync_with_stdio(false);
    const int status = std::visit(Runner{}, parse_command_line(arguments));
    if (std::cout.flush()) return status;
    std::cerr << "tickweir: cannot write to stdout\n";
    return static_cast<int>(ExitStatus::failed);
}

int give_up(std::string_view why) {
    std::cerr << "tickweir: " << why << '\n';
    return static_cast<int>(ExitStatus::failed);
}

}  // namespace
}  // namespace tickweir::gateway

int main(int argc, char** argv) {
    using namespace tickweir::gateway;
    try {
        const std::span<const char* const> all{argv, static_cast<std::size_t>(argc)};
        return run(all.subspan(all.empty() ? 0 : 1));
    } catch (const std::bad_alloc&) {
        return give_up("out of memory");
    } catch (const std::exception& error) {
        return give_up(error.what());
    }
}
