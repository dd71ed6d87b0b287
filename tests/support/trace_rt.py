ON=[False]
def on(): 
    from waternet_plugin.store.postgis.server_database import ServerDatabase as S
    ON[0]=True
    if getattr(S,'_tr',0): return
    S._tr=1; o=S._send
    def send(self,cursor,*parts):
        if ON[0]:
            t=(self._along+b"".join(parts)).decode(); print("SENT",len(t),t[:220].replace("\n"," "))
        return o(self,cursor,*parts)
    S._send=send
def off(): ON[0]=False
