// Saved states and snapshot files: any bytes as a ledger, a venue and a file, and any changes to
// those that were written. Nothing is ever loaded by halves in silence, and what is loaded can be
// saved again.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "book/ensure.hpp"
#include "tests/snapshot/state_bytes.hpp"
#include "tests/support/fault_files.hpp"
#include "tests/support/venue_stream.hpp"
#include "txn/snapshot/snapshot_files.hpp"
#include "txn/snapshot/snapshot_reader.hpp"
#include "txn/snapshot/snapshot_writer.hpp"

using tickweir::book::ensure;
using namespace tickweir::tests;
using namespace tickweir::txn;

namespace {

const log::LogId id{{std::byte{1}}};
constexpr log::Lsn lsn{7};
constexpr std::uint64_t stream_seed = 11;

VenueSettings settings_of_all() {
    return VenueStream{stream_seed}.settings();
}

/// A venue that has some of everything, saved.
VenueBytes make_venue() {
    VenueStream stream{stream_seed};
    Venue venue{stream.settings()};
    Outcome said;
    for (int i = 0; i < 300; ++i) {
        venue.execute(stream.next().command, said);
        stream.learn(said);
    }
    return saved(venue);
}

/// Changes as the input says: a place and bytes, again and again.
void change(StateBytes& bytes, std::span<const std::byte> input) {
    while (input.size() >= 4) {
        std::uint16_t offset = 0;
        std::memcpy(&offset, input.data(), sizeof offset);
        const std::size_t at = offset % bytes.size();
        const std::size_t length =
            std::min({std::size_t(input[2]) % 17, input.size() - 3, bytes.size() - at});
        std::ranges::copy(input.subspan(3, length),
                          bytes.begin() + static_cast<std::ptrdiff_t>(at));
        input = input.subspan(3 + length);
    }
}

void load(const VenueBytes& bytes) {
    static const VenueSettings settings = settings_of_all();
    std::string fault;
    const auto venue = loaded(settings, bytes, fault);
    ensure((venue == nullptr) == !fault.empty());
    if (venue == nullptr) return;
    (void)venue->state_hash();
    const VenueBytes again = saved(*venue);
    ensure(loaded(settings, again, fault) != nullptr);
}

StateBytes make_file(const VenueBytes& venue) {
    FaultFiles files;
    const auto info = snapshot::write_snapshot(
        files, "data", {.log_id = id, .lsn = lsn, .term = 1, .state_hash = 0, .time = {}},
        [&](StateWriter& writer, std::uint32_t section) {
            for (const std::byte byte : section == 0 ? venue.ledger : venue.venue)
                writer.put(static_cast<std::uint8_t>(byte));
        },
        700);
    ensure(info.has_value());
    return *files.content(info->path);
}

/// A file of these bytes gives out what was written, or says what is wrong.
void read_file(const StateBytes& bytes, const VenueBytes& written) {
    FaultFiles files;
    const std::string path = snapshot::snapshot_path("data", lsn);
    ensure(files.make_directories(snapshot::snapshot_directory("data")).has_value());
    auto file = files.open(path, {.mode = io::OpenMode::create});
    ensure(file && (*file)->append(bytes));
    snapshot::SnapshotReader reader{files, path, id};
    if (!reader.open()) return ensure(!reader.fault().empty());
    std::vector<StateBytes> sections;
    do {
        sections.emplace_back();
        for (io::Bytes chunk = reader.next(); !chunk.empty(); chunk = reader.next())
            sections.back().insert(sections.back().end(), chunk.begin(), chunk.end());
    } while (reader.next_section());
    if (!reader.finish()) return ensure(!reader.fault().empty());
    ensure(sections.size() == 2 && sections[0] == written.ledger && sections[1] == written.venue);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const VenueBytes venue = make_venue();
    static const StateBytes file = make_file(venue);
    const auto input = std::as_bytes(std::span{data, size});
    if (input.empty()) {
        load(venue);
        read_file(file, venue);
        return 0;
    }
    const auto rest = input.subspan(1);
    VenueBytes changed = venue;
    StateBytes changed_file = file;
    switch (std::to_integer<unsigned>(input[0]) % 4) {
        case 0:
            changed.venue = {rest.begin(), rest.end()};
            load(changed);
            break;
        case 1:
            change(changed.venue, rest);
            load(changed);
            break;
        case 2:
            change(changed.ledger, rest);
            load(changed);
            break;
        default:
            change(changed_file, rest);
            read_file(changed_file, venue);
    }
    return 0;
}
