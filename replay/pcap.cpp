#include "replay/pcap.hpp"

#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "replay/pcap_records.hpp"
#include "replay/udp_packet.hpp"

namespace tickweir::replay {

struct PcapFile::State {
    explicit State(PcapRecords from) : records{std::move(from)} {}

    bool take(const PcapRecord& record, Block& block);

    PcapRecords records;
    MoldTracker tracker;
    CaptureTotals totals;
    std::optional<CaptureStatus> over;
    // The messages of the packet at hand: libpcap's buffer has no room to read beyond.
    std::array<std::byte, 65'536 + Block::padding> frames{};
};

/// Whether the packet brings something; counts it either way.
bool PcapFile::State::take(const PcapRecord& record, Block& block) {
    ++totals.packets;
    const UdpPacket packet = find_udp(records.link(), record.bytes);
    switch (packet.status) {
        case UdpStatus::udp:
            break;
        case UdpStatus::not_udp:
            ++totals.not_udp;
            return false;
        case UdpStatus::fragment:
            ++totals.fragments;
            return false;
        case UdpStatus::cut:
            ++totals.cut_packets;
            return false;
        case UdpStatus::malformed:
            ++totals.malformed;
            return false;
    }
    switch (tracker.on_payload(packet.payload, record.offset, record.received, block)) {
        case MoldTracker::Outcome::block:
            break;
        case MoldTracker::Outcome::nothing:
            return false;
        case MoldTracker::Outcome::not_mold:
            ++totals.not_mold;
            return false;
    }
    if (!block.frames.empty()) std::memcpy(frames.data(), block.frames.data(), block.frames.size());
    block.frames = {frames.data(), block.frames.size()};
    return true;
}

Result<PcapFile> PcapFile::open(ByteSource source) {
    auto records = PcapRecords::open(std::move(source));
    if (!records) return records.error();
    return PcapFile{std::make_unique<State>(std::move(*records))};
}

PcapFile::PcapFile(std::unique_ptr<State> state) : state_{std::move(state)} {}
PcapFile::PcapFile(PcapFile&&) noexcept = default;
PcapFile& PcapFile::operator=(PcapFile&&) noexcept = default;
PcapFile::~PcapFile() = default;

CaptureStatus PcapFile::next(Block& block) {
    State& state = *state_;
    for (;;) {
        if (state.tracker.next(block)) return CaptureStatus::block;
        if (state.over) return *state.over;
        PcapRecord record;
        const CaptureStatus status = state.records.next(record);
        if (status != CaptureStatus::block) {
            state.over = status;
            state.tracker.finish();
        } else if (state.take(record, block)) {
            return CaptureStatus::block;
        }
    }
}

const Damage& PcapFile::damage() const {
    return state_->records.damage();
}

const ByteSource& PcapFile::source() const {
    return state_->records.source();
}

CaptureTotals PcapFile::totals() const {
    CaptureTotals totals = state_->tracker.totals();
    totals.packets = state_->totals.packets;
    totals.not_udp = state_->totals.not_udp;
    totals.not_mold = state_->totals.not_mold;
    totals.fragments = state_->totals.fragments;
    totals.cut_packets = state_->totals.cut_packets;
    totals.malformed = state_->totals.malformed;
    return totals;
}

std::span<const MoldSession> PcapFile::sessions() const {
    return state_->tracker.sessions();
}

}  // namespace tickweir::replay
