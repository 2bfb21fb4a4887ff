#include "gateway/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include "gateway/openssl_error.hpp"
#include "gateway/openssl_owned.hpp"

namespace tickweir::gateway {
namespace {

void require(bool done, const char* what) {
    if (!done)
        throw std::runtime_error{std::string{"cannot make a certificate: "} + what + ": " +
                                 openssl_reasons()};
}

OwnedBio bio_of(const std::string& text) {
    return OwnedBio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string text_in(BIO* bio) {
    std::string text(BIO_ctrl_pending(bio), '\0');
    require(
        BIO_read(bio, text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size()),
        "PEM");
    return text;
}

void name_subject(X509* certificate, const std::string& common_name) {
    X509_NAME* const subject = X509_get_subject_name(certificate);
    require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(common_name.data()),
                                       static_cast<int>(common_name.size()), -1, 0) == 1,
            "subject");
}

void extend(X509* certificate, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const OwnedBy<X509_EXTENSION, X509_EXTENSION_free> extension{
        X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str())};
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

std::string alternative_names(const CertificateRequest& request) {
    std::string names;
    for (const auto& name : request.names)
        names += (names.empty() ? "DNS:" : ",DNS:") + name;
    for (const auto& address : request.addresses) {
        names += (names.empty() ? "IP:" : ",IP:") + address;
    }
    return names;
}

OwnedCertificate unsigned_certificate(const CertificateRequest& request, EVP_PKEY* key) {
    OwnedCertificate made{X509_new()};
    X509* const certificate = made.get();
    std::uint64_t serial = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) == 1, "serial");
    require(X509_set_version(certificate, 2) == 1 &&
                ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1 &&
                X509_gmtime_adj(X509_getm_notBefore(certificate), request.valid_from.count()) &&
                X509_gmtime_adj(X509_getm_notAfter(certificate), request.valid_until.count()) &&
                X509_set_pubkey(certificate, key) == 1,
            "fields");
    name_subject(certificate, request.common_name);
    return made;
}

}  // namespace

Certificate make_certificate(const CertificateRequest& request, const Certificate* issuer) {
    const OwnedKey key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
    require(key != nullptr, "key");
    const OwnedCertificate certificate = unsigned_certificate(request, key.get());
    X509* signer = certificate.get();
    EVP_PKEY* signing_key = key.get();
    OwnedCertificate issuer_certificate;
    OwnedKey issuer_key;
    if (issuer != nullptr) {
        issuer_certificate.reset(
            PEM_read_bio_X509(bio_of(issuer->certificate_pem).get(), nullptr, nullptr, nullptr));
        issuer_key.reset(
            PEM_read_bio_PrivateKey(bio_of(issuer->key_pem).get(), nullptr, nullptr, nullptr));
        require(issuer_certificate && issuer_key, "issuer");
        signer = issuer_certificate.get();
        signing_key = issuer_key.get();
    }
    require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer)) == 1, "issuer");
    extend(certificate.get(), signer, NID_basic_constraints,
           request.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(certificate.get(), signer, NID_subject_key_identifier, "hash");
    const std::string names = alternative_names(request);
    if (!names.empty()) extend(certificate.get(), signer, NID_subject_alt_name, names);
    require(X509_sign(certificate.get(), signing_key, EVP_sha256()) > 0, "signature");

    const OwnedBio certificate_text{BIO_new(BIO_s_mem())};
    const OwnedBio key_text{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1 &&
                PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                         nullptr) == 1,
            "PEM");
    return {text_in(certificate_text.get()), text_in(key_text.get())};
}

}  // namespace tickweir::gateway
