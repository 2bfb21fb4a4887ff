#include "bench/load/trading/load_gateway.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tickweir::bench {
namespace {

// What limits one address, lifted for many clients at one, and free ports.
constexpr const char* many_from_one_address =
    "[http]\nport = 0\nrequests_per_second_max = 1000000\n"
    "[admin]\nport = 0\n"
    "[fix]\nport = 0\nconnections_per_address_max = 1024\naccepts_per_second_max = 10000\n";

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error{"cannot read " + path.string()};
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

Arguments::Defaults load_options(Arguments::Defaults own) {
    Arguments::Defaults all{{"gateway", "build/release/tickweir"},
                            {"host", "127.0.0.1"},
                            {"port", "0"},
                            {"http-port", "0"},
                            {"directory", "build/load"},
                            {"toml", ""},
                            {"sessions", "100"},
                            {"seconds", "10"},
                            {"seed", "1"}};
    all.merge(own);
    return all;
}

LoadGateway::LoadGateway(const Arguments& arguments, VenueFile file, GatewayExtras extras) {
    if (arguments.port("port") != 0) {
        fix_ = {.host = arguments.text("host"), .port = arguments.port("port")};
        http_ = {.host = arguments.text("host"), .port = arguments.port("http-port")};
        return;
    }
    place_.emplace(arguments.text("directory"));
    file.directory = place_->path();
    file.further.insert(0, many_from_one_address);
    if (const std::string& more = arguments.text("toml"); !more.empty())
        file.further += text_of(more);
    own_.emplace(GatewayCommand{.program = arguments.text("gateway"),
                                .config = place_->write("gateway.toml", venue_toml(file)),
                                .log = place_->path() / "gateway.log",
                                .environment = std::move(extras.environment),
                                .settings = std::move(extras.settings),
                                .cores = {}});
    fix_ = own_->fix();
    http_ = own_->http();
}

}  // namespace tickweir::bench
