import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.eclipse.edc.boot.system.DependencyGraph;
import org.eclipse.edc.boot.system.runtime.BaseRuntime;
import org.eclipse.edc.spi.security.Vault;
import org.eclipse.edc.spi.system.ServiceExtensionContext;

/** Starts Eclipse EDC with a fresh key pair in its vault, with which its data plane signs the tokens of a pull. */
public final class Peer extends BaseRuntime {
    public static void main(String[] arguments) {
        new Peer().boot(true);
    }

    @Override
    protected void bootExtensions(ServiceExtensionContext context, DependencyGraph graph) {
        super.bootExtensions(context, graph);
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var pair = generator.generateKeyPair();
            var vault = context.getService(Vault.class);
            vault.storeSecret("private-key", pem("PRIVATE KEY", pair.getPrivate()));
            vault.storeSecret("public-key", pem("PUBLIC KEY", pair.getPublic()));
            var tuning = context.getConfig().getInteger("genba.tuning.port", 0);
            if (tuning != 0) {
                Tuning.listen(tuning, context);
            }
        } catch (java.security.GeneralSecurityException | java.io.IOException error) {
            throw new IllegalStateException(error);
        }
    }

    private static String pem(String kind, Key key) {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }
}
